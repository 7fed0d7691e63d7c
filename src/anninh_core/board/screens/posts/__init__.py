"""Bài bị báo: flagged posts with the rule of the charter they may break, and appeals."""
