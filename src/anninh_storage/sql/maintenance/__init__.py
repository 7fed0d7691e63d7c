"""Functions for the operator that dump, load, upgrade and check a database."""
