"""The JSON API: the operations that a person has in Python, for other programs over HTTP. Needs the extra `web`."""
