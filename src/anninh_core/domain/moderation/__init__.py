"""Moderation: posts that break the charter, what a person decided about them, and appeals."""
