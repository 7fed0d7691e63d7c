"""Journal entries of use cases: they name the records that a use case changed, and those that an actor read."""
