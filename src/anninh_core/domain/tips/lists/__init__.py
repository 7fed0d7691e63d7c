"""Queries of tips: a single tip, lists, and work in order of priority."""
