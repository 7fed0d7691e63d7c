"""Writing a profile: starting it from answers, and finding everything that doesn't fit."""
