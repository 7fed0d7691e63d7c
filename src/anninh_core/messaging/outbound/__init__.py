"""The way of a message from the outbox to the platform: scheduling, sending by a working delivery method, recording the
outcome, and reconciliation.
"""
