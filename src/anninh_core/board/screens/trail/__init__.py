"""Screens of the journal, with its entries, checks of its integrity, and copies of it."""
