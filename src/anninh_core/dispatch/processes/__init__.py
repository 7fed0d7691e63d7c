"""Processes over several rooms, each in one commit."""
