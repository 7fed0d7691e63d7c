"""Tools for tests: a mock messenger, fixed clocks and ids, conformance kits, fixtures for pytest."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
