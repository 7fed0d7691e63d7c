"""Simulations such as `anninh demo` on the pretend Zalo: over HTTP on loopback, with signed webhooks."""
