"""Search in texts and in bytes: queries, matching passages, phrases of a text."""
