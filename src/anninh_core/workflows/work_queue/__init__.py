"""An officer's waiting work over all modules, as counts, an ordered list, and news of changes."""
