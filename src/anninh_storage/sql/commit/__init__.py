"""Commit many change sets in one transaction."""
