"""Inbound events, which are verified, stored, and handled by the domain."""
