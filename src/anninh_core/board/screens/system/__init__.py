"""Screens for the operation of the system: failed sends, held texts, keys and data, officers."""
