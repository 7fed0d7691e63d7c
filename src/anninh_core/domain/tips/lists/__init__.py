"""Tips that are asked for: one, a list of them, and what is to be done first."""
