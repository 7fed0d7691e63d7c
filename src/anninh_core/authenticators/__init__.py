"""Ways to know people that other systems answer for."""
