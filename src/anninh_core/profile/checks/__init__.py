"""Checks of a profile: all faults at once, each with its place and a remedy."""
