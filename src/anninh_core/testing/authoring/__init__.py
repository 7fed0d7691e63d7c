"""For authors of plugins: a card with the results of a plugin's kits, and starter projects."""
