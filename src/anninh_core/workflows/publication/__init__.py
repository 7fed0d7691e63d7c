"""Workflows that publish items to their groups, after the leak check."""
