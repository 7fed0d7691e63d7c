"""Officers, their grants, and the dated tree of units."""
