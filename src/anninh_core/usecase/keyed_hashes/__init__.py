"""Keyed hashes for finding records in the storage: hashes of words, of a record's identifying text, and of people."""
