"""Messengers without a platform's API, with which people post prepared messages, and couriers of files."""

from anninh_core._lazy import lazy

lazy(__name__)
