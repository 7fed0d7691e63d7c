"""Tips: lists, a tip with its talk, and what is done with it."""
