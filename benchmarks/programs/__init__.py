"""Programs run as modules in their own processes: servers, a worker, and clients."""
