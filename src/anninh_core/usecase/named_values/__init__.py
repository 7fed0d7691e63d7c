"""Sealed values that are stored under a name, beside the records."""
