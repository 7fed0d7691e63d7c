"""Official groups, with their registry, charter, public directory and lifecycle."""
