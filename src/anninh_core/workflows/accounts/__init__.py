"""Signing in, the own account, and offboarding an officer."""
