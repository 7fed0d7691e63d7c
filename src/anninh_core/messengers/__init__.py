"""Messengers without a platform's API, whose messages people post by hand, and couriers that deliver files."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
