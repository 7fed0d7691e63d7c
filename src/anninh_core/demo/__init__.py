"""The demo: the plan of Hoa Lư, played from August 2021 to June 2022 with the default settings."""

from anninh_core._lazy import lazy

lazy(__name__)
