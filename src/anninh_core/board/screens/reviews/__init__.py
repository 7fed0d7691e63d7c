"""Screens for the review of items by a second person, with four gates, findings, and a decision."""
