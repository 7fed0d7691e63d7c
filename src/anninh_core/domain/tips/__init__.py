"""Tips: from a resident's message to an answered, closed case."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
