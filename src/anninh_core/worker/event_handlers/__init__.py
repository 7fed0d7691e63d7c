"""What follows from events of the journal."""
