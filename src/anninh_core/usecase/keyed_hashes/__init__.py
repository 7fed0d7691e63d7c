"""Keyed hashes by which the storage finds records: of words, of what identifies a record, and of people."""
