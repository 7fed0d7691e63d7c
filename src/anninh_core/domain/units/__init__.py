"""Officers, their grants, and the dated tree's questions."""
