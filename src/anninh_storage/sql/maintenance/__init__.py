"""The operator's functions: dump, load, upgrade, checks."""
