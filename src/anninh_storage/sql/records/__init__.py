"""Records, their lists and their search."""
