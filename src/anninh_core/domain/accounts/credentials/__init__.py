"""Credentials: passwords, one-time codes, random tokens, passkeys; and the throttling of guesses."""
