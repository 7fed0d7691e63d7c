"""Bodies of requests: their places in memory, and how they are read."""
