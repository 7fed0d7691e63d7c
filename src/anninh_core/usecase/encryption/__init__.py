"""Encryption of what is stored, envelopes for the holders of several keys, and sealed marks of places."""
