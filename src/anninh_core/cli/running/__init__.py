"""Commands that run for a longer time: the worker, the webhook endpoint, the demo, the pretend chat."""
