"""Figures about a running app for Prometheus."""
