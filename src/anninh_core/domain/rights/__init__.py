"""Rights of data subjects to access, correct, restrict and erase their data, and to object."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
