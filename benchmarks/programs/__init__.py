"""Processes of their own: a server, a worker and those who talk to them. Each is run as a module."""
