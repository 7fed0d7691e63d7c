"""Preconditions of an act: it wasn't done before, its arguments fit, and its record allows it."""
