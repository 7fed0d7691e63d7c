"""A district's profile: TOML files read, checked and turned into one `District`."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.profile.loader import load_profile, shipped_bases, shipped_profiles
    from anninh_core.profile.routing_file import load_routing

__all__ = [
    "load_profile",
    "load_routing",
    "shipped_bases",
    "shipped_profiles",
]

lazy(
    __name__,
    {
        "load_profile": "loader",
        "load_routing": "routing_file",
        "shipped_bases": "loader",
        "shipped_profiles": "loader",
    },
)
