"""Officers who come to the end of a role, or leave."""
