"""Combination of use cases: several queries with one journal entry, and several commands in one commit."""
