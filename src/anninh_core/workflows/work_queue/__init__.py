"""What waits for somebody, over all modules: how much, what in which order, and whether anything is new."""
