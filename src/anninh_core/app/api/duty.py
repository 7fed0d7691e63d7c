"""Who is on duty, and what somebody has to know of."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain import Duty


class DutyApi:
    """Who is on duty, and what somebody has to know of. Every verb takes the actor first."""

    def __init__(self, duty: "Duty") -> None:
        self.set_roster = duty.rosters.set_roster
        self.rosters = duty.rosters.rosters
        self.on_duty = duty.rosters.on_duty
        self.alarms = duty.alarms.alarms
        self.alarm = duty.alarms.alarm
        self.acknowledge = duty.alarms.acknowledge
