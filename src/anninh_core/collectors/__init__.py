"""Helpers for writing collectors: they fetch a source within limits, and extract plain text."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
