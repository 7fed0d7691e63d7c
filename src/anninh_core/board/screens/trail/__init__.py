"""The journal: its entries, checks of its integrity, and copies of it."""
