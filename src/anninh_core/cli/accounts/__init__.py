"""Signing in at the keyboard, and the own account."""
