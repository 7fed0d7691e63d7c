"""From the outbox to the platform: scheduling, sending by a working method, recording the outcome, and
reconciliation.
"""
