"""Does a profile hold? Every fault at once, each with its place and a way out."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.profile.checks.everything import check_source

__all__ = [
    "check_source",
]

lazy(
    __name__,
    {
        "check_source": "everything",
    },
)
