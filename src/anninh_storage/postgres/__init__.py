"""The PostgreSQL storage: the engine's part of the shared SQL."""
