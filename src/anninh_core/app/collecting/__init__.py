"""Collectors as an app has them."""
