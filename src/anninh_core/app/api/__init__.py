"""Nouns of an app: each class is one subject, and each of its methods (verbs) is a use case."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
