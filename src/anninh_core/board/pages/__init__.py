"""Shared by all pages: the viewer, the language, calls of operations, and the format of names and times."""
