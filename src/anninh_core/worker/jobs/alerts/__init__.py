"""Alarms by the clock: pages, notices of new tips, digests, windows that shut."""
