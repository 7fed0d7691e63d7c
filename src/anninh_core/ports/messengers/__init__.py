"""The messenger port, its services, and optional protocols for platform features."""
