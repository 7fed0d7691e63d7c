"""Patterns of each kind of personal data, and of similar impersonal data."""
