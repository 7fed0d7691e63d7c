"""Functions that find another case's alarm that covers a case."""

from datetime import datetime, timedelta

from anninh_core.domain.duty.alarm import Alarm, make_alarm_id
from anninh_core.domain.duty.kind import ALARM
from anninh_core.domain.duty.states import AlarmState
from anninh_core.usecase.read_session import ReadSession

_DAY = timedelta(days=1)
_MOST = 200  # Number of alarms that are searched; older ones take no further cases.
_STANDING = (AlarmState.OPEN.value, AlarmState.ACKNOWLEDGED.value)


def list_active_emergencies(session: ReadSession) -> list[Alarm]:
    """Return the emergencies of the last 24 hours that haven't ended, the newest first.

    Alarms in groups and alarms with an undecided lock are left out: danger is never reported in one notice with a
    report about our own people.
    """
    conditions: dict[str, str | tuple[str, ...]] = {"urgency": "emergency", "state": _STANDING, "chat": ""}
    alarms = session.find(ALARM, "newest", where={**conditions}, limit=_MOST, complete=False).items
    recent = (alarm for alarm in alarms if session.at - alarm.opened_at < _DAY and alarm.decide_by is None)
    return sorted(recent, key=_get_opening_time, reverse=True)


def find_covering_alarm(session: ReadSession, case: str) -> Alarm | None:
    """Return another case's alarm that covers a case (`kind:id`); None without one, or if the case has its own."""
    if session.get_readable(ALARM, make_alarm_id(case)) is not None:
        return None
    return next((alarm for alarm in list_active_emergencies(session) if case in alarm.also), None)


def _get_opening_time(alarm: Alarm) -> datetime:
    return alarm.opened_at
