"""The worker: what runs by itself. Its loop, jobs by the clock, and handlers of the journal's events."""
