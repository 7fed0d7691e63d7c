"""Search over records, and the columns and terms that it needs."""
