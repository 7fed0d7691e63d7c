"""Search over all that an officer may read."""
