"""What waits for somebody, by module."""
