"""The SQLite storage, one file a port."""
