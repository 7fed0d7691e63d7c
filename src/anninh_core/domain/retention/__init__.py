"""Retention: purges, legal holds, erasure requests."""
