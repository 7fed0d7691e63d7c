"""Cryptography of the kernel: signatures, and secrets encrypted under a passphrase."""
