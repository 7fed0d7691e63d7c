"""Rules that every storage backend must keep."""
