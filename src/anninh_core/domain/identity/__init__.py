"""Identities of reporters: disclosure for a limited time, and masking of identifying text."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
