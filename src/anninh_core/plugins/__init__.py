"""Plugins: hooks, the manager that loads the plugins named in the settings, and a typed facade over it."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
