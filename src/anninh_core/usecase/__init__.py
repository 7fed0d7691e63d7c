"""Execution of use cases: each has an actor, a permission, a change set, encryption and one journal entry."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
