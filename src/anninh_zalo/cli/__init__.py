"""The commands `anninh zalo …`, which only this platform needs."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
