"""Search over records, pages of lists that no order of the storage has, and the reindex."""
