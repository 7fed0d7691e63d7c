"""Searching in words and in bytes: what a query asks for, passages that fit it, phrases of a text."""
