"""Officers, their role grants, and the tree of units, whose units exist from one day to another."""
