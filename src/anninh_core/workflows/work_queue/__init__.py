"""An officer's waiting work over all modules: counts, an ordered list, and news."""
