"""Tools for writing a profile: starting it from answers, and finding everything in it that doesn't fit."""
