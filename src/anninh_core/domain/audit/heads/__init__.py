"""Signed heads of the journal, which are created, exported, received, and compared with a journal."""
