"""Several use cases at once: queries as one look, commands in one commit."""
