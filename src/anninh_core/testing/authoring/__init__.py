"""Tools for authors of plugins: a card with the results of a plugin's conformance kits, and starter projects."""
