"""Audit: the journal of all actions, its hash chain, and signed heads and checkpoints."""
