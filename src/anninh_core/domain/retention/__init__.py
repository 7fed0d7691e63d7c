"""Retention of data, with purges, legal holds and erasure requests."""
