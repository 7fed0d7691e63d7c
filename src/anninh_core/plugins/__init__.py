"""Plugins: hooks, the manager that loads what the settings name, and the typed facade over it."""

from anninh_core._lazy import lazy

lazy(__name__)
