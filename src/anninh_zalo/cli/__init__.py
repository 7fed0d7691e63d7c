"""`anninh zalo …`: commands that only this platform needs."""

from anninh_core._lazy import lazy

lazy(__name__)
