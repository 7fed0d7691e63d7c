"""Meanings of Zalo's error codes, and the core's error for each."""
