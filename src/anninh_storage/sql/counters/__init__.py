"""Counters of days and months, and sums of subtrees."""
