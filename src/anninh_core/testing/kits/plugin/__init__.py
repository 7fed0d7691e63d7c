"""Rules for whole plugins, and rules for plugins that give opinions."""
