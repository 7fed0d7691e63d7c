"""Requests for identities, addresses opened in an emergency, and the custodians of the keys to names."""
