"""How a declaration becomes a command: asking, looking up, calling the door, showing."""
