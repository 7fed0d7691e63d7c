"""Moderation: posts in groups that break the charter, rulings about them, and appeals against rulings."""
