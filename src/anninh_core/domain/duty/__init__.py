"""Who is on duty, what they have to know of, and whether somebody has taken it up."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.duty.alarm import Alarm, Rung
    from anninh_core.domain.duty.kind import ALARM, ROSTER
    from anninh_core.domain.duty.roster import Holiday, Roster, Shift
    from anninh_core.domain.duty.rules import OnDuty, who_is_on_duty
    from anninh_core.domain.duty.service import DutyService
    from anninh_core.domain.duty.states import AlarmState, Gap, Telling

__all__ = [
    "ALARM",
    "ROSTER",
    "Alarm",
    "AlarmState",
    "DutyService",
    "Gap",
    "Holiday",
    "OnDuty",
    "Roster",
    "Rung",
    "Shift",
    "Telling",
    "who_is_on_duty",
]

lazy(
    __name__,
    {
        "ALARM": "kind",
        "Alarm": "alarm",
        "AlarmState": "states",
        "DutyService": "service",
        "Gap": "states",
        "Holiday": "roster",
        "OnDuty": "rules",
        "ROSTER": "kind",
        "Roster": "roster",
        "Rung": "alarm",
        "Shift": "roster",
        "Telling": "states",
        "who_is_on_duty": "rules",
    },
)
