"""OAuth of an official account: consent, and tokens that one process at a time refreshes."""
