"""The sandbox's handlers for messages, templates and broadcasts, and for their windows and quotas."""
