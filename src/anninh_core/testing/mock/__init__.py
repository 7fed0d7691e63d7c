"""A mock chat service for tests and the demo, and the messenger adapter for it."""

from anninh_core._moved import keep_old_imports

keep_old_imports(__name__)
