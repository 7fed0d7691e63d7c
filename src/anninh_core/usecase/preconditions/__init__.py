"""What an act takes for granted: that it wasn't done before, and that its record is still as its actor saw it."""
