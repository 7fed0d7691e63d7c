"""The rooms: one folder, one subject, the whole of it. Rooms never import each other."""
