"""Search in texts and in files: queries, matching passages, phrases of a text, and sequences of bytes."""
