"""Ports, the protocols of parts outside the core: storage, messengers, keys, blobs, formatters, time."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
