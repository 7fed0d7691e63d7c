"""Definitions of how rosters and alarms are stored."""

from datetime import date

from anninh_core.domain.duty.alarm import Alarm
from anninh_core.domain.duty.roster import Roster
from anninh_core.domain.index_specs import ALARM_SPEC, ROSTER_SPEC
from anninh_core.usecase.kinds import Kind, format_hour

NEVER = "~"
"""Value of the column with the hour of the next step if there is none; it sorts after every hour."""

ROSTER = Kind(
    spec=ROSTER_SPEC,
    model=Roster,
    columns=lambda roster: {
        "home": roster.unit,
        "ends": "" if roster.valid_to == date.max else roster.valid_to.isoformat(),
    },
    scope=lambda roster: f"roster:{roster.id}",
    numbered=True,
)

ALARM = Kind(
    spec=ALARM_SPEC,
    model=Alarm,
    columns=lambda alarm: {
        "state": alarm.state.value,
        "urgency": "emergency" if alarm.is_emergency else "new",
        "about": alarm.about,
        "chat": alarm.chat,
        "opened": format_hour(alarm.opened_at),
        "next": format_hour(alarm.next_at) if alarm.next_at else NEVER,
    },
    multi=lambda alarm: {"told": alarm.notified, "excluded": alarm.excluded},
    scope=lambda alarm: f"alarm:{alarm.id}",
    excluded=lambda alarm: alarm.excluded,
    numbered=True,
)
