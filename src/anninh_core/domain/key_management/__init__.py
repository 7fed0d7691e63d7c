"""Key management: epochs by hand and by the clock, and what is known of the keys and their recovery copy."""
