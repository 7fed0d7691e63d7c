"""Combination of use cases: queries in one read entry, commands in one commit."""
