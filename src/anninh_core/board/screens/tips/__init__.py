"""Tips: lists, a tip with its talk, and the acts on it."""
