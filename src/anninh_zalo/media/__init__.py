"""People's attachments: fetched from Zalo's media hosts, and from nowhere else."""
