"""The rules of the messenger kit."""
