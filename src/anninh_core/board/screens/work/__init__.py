"""Việc của tôi: what waits for whoever looks, over all subjects, and whether anything is new."""
