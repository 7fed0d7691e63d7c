"""Officers and their grants."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain import Units
    from anninh_core.workflows import HandOver, RoleEnding


class UnitsApi:
    """Officers and their grants. Every verb takes the actor first."""

    def __init__(self, units: "Units", ending: "RoleEnding", handing: "HandOver") -> None:
        self.appoint = units.appoint
        self.grant = units.grant
        self.confirm_grant = units.confirm_grant
        self.revoke = ending.revoke
        self.hand_over = handing.hand_over
        self.break_glass = units.break_glass
        self.officer = units.officer
        self.officers = units.officers
