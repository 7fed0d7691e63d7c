"""What is done with each event that came in."""
