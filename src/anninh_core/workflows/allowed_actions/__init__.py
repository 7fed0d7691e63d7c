"""The steps that an actor can take now with a record, given its state and the actor's grants, and the inputs of these
steps.
"""
