"""Signed heads of the journal: created, exported, received, and compared with a journal."""
