"""How the system is doing, for whoever operates it and isn't at the machine."""
