"""By what officers sign in: accounts, sessions, API tokens."""
