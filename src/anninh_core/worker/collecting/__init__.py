"""Scheduled collectors: each reads its source on a schedule and stores the pieces for editors."""
