"""What somebody can do now with a record: what its state and their grants allow, with the inputs."""
