"""Quarantine: items that a part of the program failed to process, skipped until a retry succeeds."""
