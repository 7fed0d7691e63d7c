"""What a storage must do, what is handed to it, and what some can do beyond that."""
