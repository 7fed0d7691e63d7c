"""For authors of plugins: a card of what a plugin's kits say, and projects to begin with."""
