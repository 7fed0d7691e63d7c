"""Implementations of the storage ports in memory."""
