"""The rules for whole plugins, and for plugins that give opinions."""
