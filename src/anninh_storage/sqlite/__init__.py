"""The SQLite storage, one file per port."""
