"""Checks of a profile, which report all faults at once, each with its place and a remedy."""
