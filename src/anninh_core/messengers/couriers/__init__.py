"""Built-in couriers: a folder that another system reads, and e-mail."""
