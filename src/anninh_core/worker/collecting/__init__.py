"""Scheduled collectors: each reads its source on its schedule, and the pieces are stored for editors."""
