"""Messages, templates, broadcasts, their windows and quotas."""
