"""Officers and their grants."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain import OfficerChats, Units
    from anninh_core.workflows import RoleEnding


class UnitsApi:
    """Officers and their grants. Every verb takes the actor first."""

    def __init__(self, units: "Units", ending: "RoleEnding", chats: "OfficerChats") -> None:
        self.appoint = units.appoint
        self.grant = units.grant
        self.confirm_grant = units.confirm_grant
        self.revoke = ending.revoke
        self.break_glass = units.break_glass
        self.officer = units.officer
        self.officers = units.officers
        self.begin_binding = chats.begin_binding
        self.unbind = chats.unbind
