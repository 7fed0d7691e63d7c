"""Whether what was purged is gone: needles gathered before, and looked for afterwards."""
