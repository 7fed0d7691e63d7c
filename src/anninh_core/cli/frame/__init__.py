"""Turn a declaration into a command: ask for values, find the record, call the operation, show the result."""
