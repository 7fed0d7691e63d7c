"""Acts as forms: made of what an operation takes, and read back into it."""
