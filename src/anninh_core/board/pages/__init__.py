"""What every page has: who asks, in which language, what may be called, and how names and moments are written."""
