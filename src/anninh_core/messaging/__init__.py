"""Messages between people and the domain: receiving, sending through the outbox, and handling failures."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
