"""Bài bị báo: posts that somebody should look at, with the rule of the charter, and appeals."""
