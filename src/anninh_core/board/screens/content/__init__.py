"""Content for groups: writing, submitting, sending, correcting and withdrawing items."""
