"""Reading of request bodies, and limits on the memory that they take."""
