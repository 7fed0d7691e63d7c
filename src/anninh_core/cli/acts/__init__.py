"""Which command carries out which act."""
