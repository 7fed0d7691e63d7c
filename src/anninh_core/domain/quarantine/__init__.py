"""Quarantine: what a part of the program couldn't work on, kept aside until it can be read again."""
