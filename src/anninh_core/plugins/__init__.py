"""Plugins: hooks, the manager that loads the plugins in the settings, and a typed facade over it."""

from anninh_core._lazy import lazy

lazy(__name__)
