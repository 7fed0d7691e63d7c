"""Opening an app: where ports meet adapters."""

from anninh_core._lazy import lazy

lazy(__name__)
