"""Inbound events: verified, stored, and handled by the domain."""
