"""Requests for identities, addresses opened in an emergency, and who holds the keys to names."""
