"""A district's profile: TOML files read, checked and turned into one `District`."""

from anninh_core._lazy import lazy

lazy(__name__)
