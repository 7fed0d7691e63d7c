"""Read-only views of alarms and rosters, without chats and without excluded officers."""

from datetime import date, datetime

from anninh_core.domain.duty.states import AlarmState, Gap, NotificationKind
from anninh_core.usecase.views import view


@view
class RungView:
    """One line of an alarm's escalation log. Other fields are as in `Rung`.

    Attributes:
        officer: id; "" if no officer could be reached, so that the operators were notified.
        was_written_to: whether a message was sent to the officer.
        missed: why the message doesn't count, "" if it counts.
    """

    officer: str
    unit: str
    at: datetime
    how: NotificationKind
    was_written_to: bool
    round: int
    gap: Gap | None
    missed: str
    more: int


@view
class AlarmView:
    """An alarm: a code, a category, a unit, times and ids of officers; no personal text.

    Other fields are as in `Alarm`.

    Attributes:
        about: `kind:id` of its subject.
        in_group: whether it is about a message in a group.
        is_open: whether no officer has acknowledged it yet.
        ladder: escalation log, without excluded officers.
        claim_until: when the claim of `acknowledged_by` expires; None without a claim, as of notices.
        case: `kind:id` of its case; "" if it is about a group message.
    """

    id: str
    version: int
    about: str
    case: str
    in_group: bool
    unit: str
    code: str
    category: str
    is_emergency: bool
    state: AlarmState
    is_open: bool
    opened_at: datetime
    ladder: tuple[RungView, ...]
    more_at: tuple[datetime, ...]
    next_at: datetime | None
    round: int
    moved_at: datetime | None
    unheard_at: datetime | None
    acknowledged_by: str
    acknowledged_at: datetime | None
    claim_until: datetime | None
    ended_by: str
    ended_at: datetime | None
    also: tuple[str, ...]


@view
class ShiftView:
    """Hours in which the same officers are on duty. Other fields are as in `Shift`.

    Attributes:
        start, end: hour and minute on a clock in Vietnam, such as 07:30; an end at or before the start is on the next
        day.
    """

    weekdays: tuple[int, ...]
    start: str
    end: str
    officers: tuple[str, ...]


@view
class HolidayView:
    """A named range of days, both ends included, with shifts that replace those of the weekdays."""

    name: str
    first: date
    last: date
    shifts: tuple[ShiftView, ...]


@view
class RosterView:
    """A unit's shifts on inclusive days; `valid_to` is None if it is valid until another roster is set."""

    id: str
    version: int
    unit: str
    shifts: tuple[ShiftView, ...]
    holidays: tuple[HolidayView, ...]
    valid_from: date
    valid_to: date | None
