"""Officers, their grants, and the dated tree's questions."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.units.chats import OFFICER_CHAT, OfficerChat, OfficerChats
    from anninh_core.domain.units.labels import LabelBook
    from anninh_core.domain.units.model import OFFICER, Officer, RoleGrant
    from anninh_core.domain.units.permits import GrantPermits
    from anninh_core.domain.units.rules import expand_units, granted_units, incompatible_grants, roles_with, successors
    from anninh_core.domain.units.service import Units

__all__ = [
    "OFFICER",
    "OFFICER_CHAT",
    "GrantPermits",
    "LabelBook",
    "Officer",
    "OfficerChat",
    "OfficerChats",
    "RoleGrant",
    "Units",
    "expand_units",
    "granted_units",
    "incompatible_grants",
    "roles_with",
    "successors",
]

lazy(
    __name__,
    {
        "GrantPermits": "permits",
        "LabelBook": "labels",
        "OFFICER": "model",
        "OFFICER_CHAT": "chats",
        "OfficerChat": "chats",
        "OfficerChats": "chats",
        "Officer": "model",
        "RoleGrant": "model",
        "Units": "service",
        "expand_units": "rules",
        "granted_units": "rules",
        "incompatible_grants": "rules",
        "roles_with": "rules",
        "successors": "rules",
    },
)
