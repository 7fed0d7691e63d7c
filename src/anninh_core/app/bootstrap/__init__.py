"""The one place where ports meet adapters, and where the worker is built."""
