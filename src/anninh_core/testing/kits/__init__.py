"""Conformance kits: numbered rules that a backend proves by subclassing their tests."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
