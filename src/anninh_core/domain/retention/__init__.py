"""Retention: purges, legal holds, wishes to be erased."""
