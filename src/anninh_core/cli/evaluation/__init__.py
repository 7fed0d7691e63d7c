"""Commands that measure how often the program is right."""
