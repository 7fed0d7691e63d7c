"""Wiring: connects ports with adapters, and builds the worker."""
