"""Built-in couriers: a folder that somebody else reads, and e-mail."""
