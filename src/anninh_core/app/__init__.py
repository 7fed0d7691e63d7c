"""The app, which connects ports with adapters, and the function that opens it."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
