"""Commands that are made from use cases."""
