"""Places of tips, officers and units to handle them, and tips that may report the same matter."""
