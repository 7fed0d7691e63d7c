"""Connections to the web server: limits on their number and time, and the reading of HTTP from them."""
