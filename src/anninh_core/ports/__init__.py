"""Ports, the protocols of external parts: storage, messengers, keys, blobs, formatters, time."""

from anninh_core._lazy import lazy

lazy(__name__)
