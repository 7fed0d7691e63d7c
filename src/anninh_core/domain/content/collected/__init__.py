"""What collectors found at sources outside, until an editor takes it up or passes it over."""
