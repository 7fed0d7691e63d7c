"""What needs no platform: messengers for which a person posts what they prepare, and couriers of files."""

from anninh_core._lazy import lazy

lazy(__name__)
