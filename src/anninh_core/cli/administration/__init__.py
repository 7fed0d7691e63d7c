"""Commands for the operators of an office: set-up, backup, storage, checks."""
