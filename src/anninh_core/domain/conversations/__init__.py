"""Messages and conversations; the identity vault."""

from anninh_core._lazy import lazy

lazy(__name__)
