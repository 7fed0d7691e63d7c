"""Workflows for signing in and for changing one's own account."""
