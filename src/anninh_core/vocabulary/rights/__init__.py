"""Rights of the people behind the data."""
