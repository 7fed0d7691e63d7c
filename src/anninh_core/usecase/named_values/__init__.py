"""Encrypted values that are stored under a name, separate from the records."""
