"""The storage port, its data types, and optional protocols for further features."""
