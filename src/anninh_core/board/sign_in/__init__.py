"""Signing in and out, and in which language the board speaks."""
