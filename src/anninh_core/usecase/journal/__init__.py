"""Journal entries of use cases: which records they changed, and which records were read by an actor."""
