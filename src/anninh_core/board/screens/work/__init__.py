"""Việc của tôi: the work that waits for the viewer, over all subjects."""
