"""Encrypted values that are stored under names, separate from the records."""
