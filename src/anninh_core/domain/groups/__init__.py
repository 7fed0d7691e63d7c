"""Official groups: registry, charter, directory, lifecycle."""
