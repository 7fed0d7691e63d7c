"""Signed heads of the journal: made, exported, received, and what they prove."""
