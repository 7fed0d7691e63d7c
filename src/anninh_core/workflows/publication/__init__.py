"""Publishing items to their groups, with the leak check before that."""
