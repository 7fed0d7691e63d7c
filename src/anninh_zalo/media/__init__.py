"""What people sent: fetched from Zalo's media hosts, and from nowhere else."""
