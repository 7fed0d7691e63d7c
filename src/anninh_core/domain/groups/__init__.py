"""Official groups: registry, charter, directory, life."""
