"""The rules of plugins as a whole, and of those that have opinions."""
