"""Objects that all pages share: the viewer, the language, calls of operations, and the formats of names and times."""
