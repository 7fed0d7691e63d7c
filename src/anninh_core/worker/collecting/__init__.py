"""Collectors by the clock: each reads its source on its schedule, and what it found is kept for editors."""
