"""What a worker does by the clock: a file for each job, or for a few that belong together."""
