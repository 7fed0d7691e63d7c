"""Does a profile hold? Every fault at once, each with its place and a way out."""
