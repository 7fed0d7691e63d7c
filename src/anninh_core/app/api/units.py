"""Officers, their grants and chats; who of them is on duty, and what they have to know of."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain import Duty, OfficerChats, Units
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


class DutyApi:
    """Who is on duty, and what somebody has to know of. Every verb takes the actor first."""

    def __init__(self, duty: "Duty") -> None:
        self.set_roster = duty.rosters.set_roster
        self.rosters = duty.rosters.rosters
        self.on_duty = duty.rosters.on_duty
        self.alarms = duty.alarms.alarms
        self.alarm = duty.alarms.alarm
        self.acknowledge = duty.alarms.acknowledge
