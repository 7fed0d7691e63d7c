"""Names that the domain services are built from, each imported on first use, so that small programs import little."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
