"""The worker's scheduled jobs: a file for each job, or for a few related jobs."""
