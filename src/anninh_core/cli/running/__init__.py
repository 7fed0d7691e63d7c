"""Commands that run: the worker, the webhook endpoint, the demo, the pretend chat."""
