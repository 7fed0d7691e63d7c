"""Messages by approved template, to people whom a plain message can't reach: by user id and by telephone number."""
