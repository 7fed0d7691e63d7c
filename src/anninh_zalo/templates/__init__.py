"""Messages by approved template, by user id or telephone number, to people whom a plain message can't reach."""
