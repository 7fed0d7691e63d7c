"""Encryption of stored data, envelopes for the holders of several keys, and encrypted marks of journal positions."""
