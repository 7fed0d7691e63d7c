"""What an officer does with the own account."""
