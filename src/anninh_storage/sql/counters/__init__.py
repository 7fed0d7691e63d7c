"""Counters per day, month and year, and sums over sets of units."""
