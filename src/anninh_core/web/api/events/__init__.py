"""Streams of changes to records, sent to the API callers who may see them."""
