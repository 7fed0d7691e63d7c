"""Immutable values that hooks, ports and the domain share, and that authors of plugins may use."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
