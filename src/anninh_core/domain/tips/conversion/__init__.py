"""Tips that turn out to be something else."""
