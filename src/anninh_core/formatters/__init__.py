"""Formats of a finished report, and the public directory of groups."""
