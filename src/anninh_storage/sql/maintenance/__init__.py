"""What an operator needs: dump, load, upgrade, checks."""
