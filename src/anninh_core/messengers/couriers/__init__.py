"""Built-in couriers, which deliver files into a folder that another system reads, or by e-mail."""
