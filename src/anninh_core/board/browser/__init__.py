"""Cookies, form tokens and headers: no other site can act in an officer's name."""
