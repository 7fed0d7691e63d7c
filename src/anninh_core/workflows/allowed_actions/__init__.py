"""The steps that an actor can take now with a record, by its state and their grants, with the inputs."""
