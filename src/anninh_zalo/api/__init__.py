"""How Zalo is asked: HTTP, its envelope, its limits, and nothing of anybody in logs and errors."""
