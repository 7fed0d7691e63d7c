"""The viewer's own account."""
