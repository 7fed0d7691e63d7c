"""Encryption of what is stored: bodies, blobs, adapter states."""
