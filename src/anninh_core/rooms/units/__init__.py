"""Officers, their grants, and the dated tree's questions."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.rooms.units.model import OFFICER, Grant, Officer
    from anninh_core.rooms.units.rules import granted_on, roles_with, successors, with_everything_below
    from anninh_core.rooms.units.service import GrantPermits, Units

__all__ = [
    "OFFICER",
    "Grant",
    "GrantPermits",
    "Officer",
    "Units",
    "granted_on",
    "roles_with",
    "successors",
    "with_everything_below",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Grant": "model",
        "GrantPermits": "service",
        "OFFICER": "model",
        "Officer": "model",
        "Units": "service",
        "granted_on": "rules",
        "roles_with": "rules",
        "successors": "rules",
        "with_everything_below": "rules",
    },
)
