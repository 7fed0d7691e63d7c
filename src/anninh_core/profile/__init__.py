"""A district's profile: TOML files, which are read, checked and turned into a `District`."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
