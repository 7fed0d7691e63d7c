"""What an act takes for granted: that it wasn't done before, that its arguments fit, and that its record allows it."""
