"""Names that the domain services are built from, each imported on first use, so that small programs import little."""

from anninh_core._lazy import lazy

lazy(__name__)
