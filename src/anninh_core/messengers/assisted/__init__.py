"""Assisted posting: task sheets for the many groups that no program can enter."""
