"""The rules of what outlives its process."""
