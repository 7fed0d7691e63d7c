"""The PostgreSQL storage, with the parts that the shared SQL code needs from this engine."""
