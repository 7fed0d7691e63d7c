"""A district's profile: TOML files read, checked and turned into one `District`."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.profile.loader import load_profile, shipped_profiles

__all__ = [
    "load_profile",
    "shipped_profiles",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "load_profile": "loader",
        "shipped_profiles": "loader",
    },
)
