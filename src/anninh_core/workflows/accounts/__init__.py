"""Signing in, the own account, and the end of an officer."""
