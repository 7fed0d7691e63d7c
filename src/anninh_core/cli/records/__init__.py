"""Functions with which commands find records, and the facts of a record that they show before an act."""
