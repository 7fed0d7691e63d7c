"""The rules of the storage kit."""
