"""Figures of an app for Prometheus."""
