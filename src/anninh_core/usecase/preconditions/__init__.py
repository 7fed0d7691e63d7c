"""Preconditions of an act: it wasn't done before, and the state of its record allows it."""
