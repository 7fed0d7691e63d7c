"""Screens on which officers write, submit, send, correct and withdraw items for groups."""
