"""Incidents: several tips that report one event."""
