"""What of alarms and rosters may leave: who was told when, never by which chat, nor who may not hear of it."""

from datetime import date, datetime

from anninh_core.domain.duty.states import AlarmState, Gap, Telling
from anninh_core.usecase.views import view


@view
class RungView:
    """One line of the ladder: who was paged, and when. Other fields are as in `Rung`.

    Attributes:
        officer: id; "" where nobody could be told, and the operators were.
        was_written_to: whether a message left for them.
        missed: why the message doesn't count, "" where it does.
    """

    officer: str
    unit: str
    at: datetime
    how: Telling
    was_written_to: bool
    round: int
    gap: Gap | None
    missed: str
    more: int


@view
class AlarmView:
    """An alarm: a code, a category, a unit, moments and ids of officers; no word of anybody.

    Other fields are as in `Alarm`.

    Attributes:
        about: `kind:id` of what it is about; `case` the same where that is a case, else "".
        in_group: whether it is about what was said in a group.
        is_open: whether nobody has taken it up yet.
        ladder: who was told when, but for those who may not hear of it.
        claim_until: when the claim of `acknowledged_by` expires; None without a claim, as of notices.
        case: `kind:id` of what it is about.
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
    """Hours in which the same people are on duty. Other fields are as in `Shift`.

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
    """Days by their name, both ends included, on which other shifts begin than on weekdays."""

    name: str
    first: date
    last: date
    shifts: tuple[ShiftView, ...]


@view
class RosterView:
    """Who of a unit is on duty, on inclusive days; `valid_to` is None where it holds until another one is set."""

    id: str
    version: int
    unit: str
    shifts: tuple[ShiftView, ...]
    holidays: tuple[HolidayView, ...]
    valid_from: date
    valid_to: date | None
