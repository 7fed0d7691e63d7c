"""Officers and their grants."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain import Units


class UnitsApi:
    """Officers and their grants. Every verb takes the actor first."""

    def __init__(self, units: "Units") -> None:
        self.appoint = units.appoint
        self.grant = units.grant
        self.revoke = units.revoke
        self.officer = units.officer
        self.officers = units.officers
