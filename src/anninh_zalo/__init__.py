"""Zalo: official accounts as messengers, and pure functions for the signature and events of their webhook."""

from anninh_core._lazy import lazy

lazy(__name__)
