"""Key management: new key epochs on order and on schedule, and the status of the keys and their recovery copy."""
