"""The journal: who did what, whether it is whole, and copies of it."""
