"""The worker: its loop, scheduled jobs, and handlers of the journal's events."""
