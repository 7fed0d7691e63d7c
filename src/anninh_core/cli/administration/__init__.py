"""Commands for whoever operates an office: set-up, backup, storage, checks."""
