"""Cryptographic signatures, and secrets encrypted under a passphrase."""
