"""Making a profile of one's own: beginning one by answers, and finding everything that doesn't fit."""
