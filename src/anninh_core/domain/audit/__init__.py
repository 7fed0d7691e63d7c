"""Audit: the log of who did what, its chain and checkpoints of it."""
