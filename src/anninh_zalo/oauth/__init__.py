"""The right to act for an official account: consent, and tokens that only one at a time refreshes."""
