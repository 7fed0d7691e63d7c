"""Where tips belong, who should handle them, and which tell of the same thing."""
