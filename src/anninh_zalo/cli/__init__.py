"""`anninh zalo …`: what only this platform needs at a keyboard."""

from anninh_core._lazy import lazy

lazy(__name__)
