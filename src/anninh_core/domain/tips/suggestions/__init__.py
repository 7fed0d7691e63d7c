"""What was suggested of tips, and whether the officers agreed."""
