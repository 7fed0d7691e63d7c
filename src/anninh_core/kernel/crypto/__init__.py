"""What the kernel knows of keys: signatures, and secrets under a passphrase."""
