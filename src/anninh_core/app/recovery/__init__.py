"""Recovery copies of the keys: made, tried against what is stored, and restored where the keys were lost."""
