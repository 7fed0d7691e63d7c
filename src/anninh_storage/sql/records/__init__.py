"""SQL that reads, lists and searches records."""
