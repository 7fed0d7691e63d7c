"""Places of a district: how people call them, and what words around their names mean."""
