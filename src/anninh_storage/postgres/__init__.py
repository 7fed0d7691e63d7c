"""The PostgreSQL storage: what the shared SQL needs of this engine."""
