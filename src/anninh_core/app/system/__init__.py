"""Health of the system, for operators who aren't at the machine."""
