"""Recovery copies of the keys: creation, trial on stored data, and restoration of lost keys."""
