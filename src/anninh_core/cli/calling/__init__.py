"""Any operation of the door, called by its name."""
