"""Alarms that page about several cases: which one pages about a case."""

from datetime import datetime, timedelta

from anninh_core.domain.duty.alarm import Alarm, alarm_id
from anninh_core.domain.duty.kind import ALARM
from anninh_core.domain.duty.states import AlarmState
from anninh_core.usecase.read_session import ReadSession

_DAY = timedelta(days=1)
_MOST = 200  # alarms; older ones take nothing in
_STANDING = (AlarmState.OPEN.value, AlarmState.ACKNOWLEDGED.value)


def list_standing_alarms(session: ReadSession) -> list[Alarm]:
    """Return the emergencies of the last day that haven't ended, the newest first.

    Those in groups are left out, and undecided locks: no danger is paged together with a report about our own people.
    """
    where: dict[str, str | tuple[str, ...]] = {"urgency": "emergency", "state": _STANDING, "chat": ""}
    alarms = session.find(ALARM, "newest", where={**where}, limit=_MOST, complete=False).items
    recent = (alarm for alarm in alarms if session.at - alarm.opened_at < _DAY and alarm.decide_by is None)
    return sorted(recent, key=_opened, reverse=True)


def find_carrier_of(session: ReadSession, case: str) -> Alarm | None:
    """Return the alarm of another case that pages about a case (`kind:id`), None where it has its own or none."""
    if session.get_readable(ALARM, alarm_id(case)) is not None:
        return None
    return next((alarm for alarm in list_standing_alarms(session) if case in alarm.also), None)


def _opened(alarm: Alarm) -> datetime:
    return alarm.opened_at
