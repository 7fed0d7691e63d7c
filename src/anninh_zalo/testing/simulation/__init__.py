"""The simulated accounts, users, bots and groups."""
