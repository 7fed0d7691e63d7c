"""Sources of waiting work, by module."""
