"""What a messenger must do, what it is given, and what only some platforms have."""
