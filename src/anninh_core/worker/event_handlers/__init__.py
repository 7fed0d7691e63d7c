"""Handlers of the journal's events."""
