"""The worker: its loop, its scheduled jobs, and the handlers of the journal's events."""
