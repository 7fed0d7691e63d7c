"""Items that reach their groups, and what is held before it does."""
