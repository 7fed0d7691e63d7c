"""Proof of a purge: byte strings, called needles, are collected before the purge and searched for afterwards."""
