"""Sign-in of officers: accounts, sessions, API tokens."""
