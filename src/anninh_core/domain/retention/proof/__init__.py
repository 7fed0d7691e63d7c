"""Proof of a purge: byte strings (needles) are collected before it, and searched for afterwards."""
