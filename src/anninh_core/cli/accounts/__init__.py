"""Commands for signing in and for the officer's own account."""
