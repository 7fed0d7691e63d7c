"""Authentication by other systems."""
