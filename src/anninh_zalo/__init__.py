"""Zalo: official accounts as messengers, and the signature and the events of their webhook as pure functions."""

from anninh_core._lazy import lazy

lazy(__name__)
