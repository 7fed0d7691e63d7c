"""Opening an app: connects ports with adapters."""

from anninh_core._lazy import lazy

lazy(__name__)
