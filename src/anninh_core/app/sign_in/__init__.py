"""Ways to sign in that the settings open."""
