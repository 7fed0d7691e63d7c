"""A completed demo in use: opened with a stopped clock, for chatting as a resident and working as any officer."""
