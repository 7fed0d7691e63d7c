"""Commands derived from use cases."""
