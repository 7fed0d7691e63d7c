"""Zalo: official accounts as messengers, and pure functions for the signature and events of their webhook."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
