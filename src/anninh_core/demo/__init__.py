"""The demo: the plan of Hoa Lư, played from August 2021 to June 2022 with the default settings."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
