"""What each kind of personal data looks like, and what only looks like it."""
