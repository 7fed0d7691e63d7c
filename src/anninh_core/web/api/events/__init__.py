"""Changes, streamed to the callers who may see them."""
