"""Moderation: posts that break the charter, rulings about them, and appeals."""
