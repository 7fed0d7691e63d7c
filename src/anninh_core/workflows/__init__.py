"""Workflows, which are acts of persons that concern records of several subjects."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
