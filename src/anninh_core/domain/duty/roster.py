"""Rosters: who of a unit is on duty when. Shifts may cross midnight, and named holidays have shifts of their own."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from attrs import evolve, frozen

from anninh_core.domain.duty.views import HolidayView, RosterView, ShiftView
from anninh_core.kernel.dates import vietnam_time
from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.arguments import OfficerId, OneLine
from anninh_core.usecase.views import make_view

_ONE_DAY = timedelta(days=1)
EVERY_DAY = tuple(range(7))
"""All weekdays, Monday is 0."""


@frozen(kw_only=True)
class Shift:
    """Hours in which the same people are on duty.

    Attributes:
        weekdays: days on which it begins, Monday is 0; a holiday's shift begins on each day of the holiday.
        start: when it begins, on a clock in Vietnam.
        end: when it is over; at or before `start`, on the next day. So 00:00 to 00:00 is a whole day.
        officers: ids, the duty officer first, then the deputies in their order.
    """

    weekdays: tuple[int, ...] = EVERY_DAY
    start: time = time.min
    end: time = time.min
    officers: tuple[OfficerId, ...]

    def __attrs_post_init__(self) -> None:
        """Check that somebody is on duty on some day.

        Raises:
            BadInput: it names nobody, somebody twice, or no weekday.
        """
        if not self.officers or len(set(self.officers)) < len(self.officers):
            raise BadInput(
                "A shift needs officers, each of them once, but this one has {officers}.", officers=tuple(self.officers)
            )
        if not self.weekdays or not set(self.weekdays) <= {*EVERY_DAY}:
            raise BadInput(
                "A shift needs at least one weekday from 0 (Monday) to 6 (Sunday), but this one has {weekdays}.",
                weekdays=tuple(self.weekdays),
            )

    def to_view(self) -> ShiftView:
        """Return what may leave."""
        return make_view(ShiftView, self, start=f"{self.start:%H:%M}", end=f"{self.end:%H:%M}")

    def passed(self, officer: str, successor: str) -> "Shift":
        """Return the shift with a successor in an officer's place, "" for nobody, where others are left."""
        others = (successor if one == officer else one for one in self.officers)
        return evolve(self, officers=tuple(dict.fromkeys(one for one in others if one)))

    def span(self, day: date) -> tuple[datetime, datetime]:
        """Return when the shift that begins on a day begins and ends, without zone, on a clock in Vietnam."""
        last = day if self.end > self.start else day + _ONE_DAY
        return datetime.combine(day, self.start), datetime.combine(last, self.end)


@frozen(kw_only=True)
class Holiday:
    """Days by their name, both ends included, on which other shifts begin than on weekdays.

    Attributes:
        shifts: who is on duty when, on these days.
    """

    name: OneLine
    first: date
    last: date
    shifts: tuple[Shift, ...]

    def __attrs_post_init__(self) -> None:
        """Check the holiday.

        Raises:
            BadInput: it has no name or no shift, or ends before it begins.
        """
        if not self.name.strip() or not self.shifts or self.last < self.first:
            raise BadInput(
                "Holiday {name!r} ({first_day} to {last_day}) is incomplete or its days are out of order: "
                "give it a name and a shift, and a first day that isn't after the last.",
                name=self.name,
                first_day=self.first,
                last_day=self.last,
            )

    def to_view(self) -> HolidayView:
        """Return what may leave."""
        return make_view(HolidayView, self)


@frozen(kw_only=True)
class Roster:
    """Who of a unit is on duty, for a time (inclusive days of the shifts' beginning).

    Attributes:
        shifts: who is on duty when, on weekdays.
    """

    id: str
    unit: str
    shifts: tuple[Shift, ...]
    holidays: tuple[Holiday, ...] = ()
    valid_from: date
    valid_to: date = date.max
    version: int = 0

    def __attrs_post_init__(self) -> None:
        """Check that it says something.

        Raises:
            BadInput: it has no shift, or ends before it begins.
        """
        if not (self.shifts or self.holidays) or self.valid_to < self.valid_from:
            raise BadInput(
                "The roster of {unit!r} needs a shift, and a first day that isn't after the last.", unit=self.unit
            )

    def to_view(self) -> RosterView:
        """Return what may leave."""
        return make_view(RosterView, self, valid_to=self.over_on)

    def shifts_on(self, day: date) -> tuple[Shift, ...]:
        """Return the shifts that begin on a day: those of its holiday, else of its weekday."""
        if not self.valid_from <= day <= self.valid_to:
            return ()
        holiday = next((one for one in self.holidays if one.first <= day <= one.last), None)
        if holiday is not None:
            return holiday.shifts
        return tuple(shift for shift in self.shifts if day.weekday() in shift.weekdays)

    @property
    def over_on(self) -> date | None:
        """The last day of its shifts, None where it holds until another one is set."""
        return None if self.valid_to == date.max else self.valid_to

    @property
    def officers(self) -> frozenset[str]:
        """Everybody who stands on it."""
        return frozenset(officer for shift in self._all_shifts for officer in shift.officers)

    def passed(self, officer: str, successor: str) -> "Roster | None":
        """Return the roster with a successor in an officer's place, "" for nobody; None where a shift has no other."""
        if not successor and any(shift.officers == (officer,) for shift in self._all_shifts):
            return None

        def pass_on(shifts: Iterable[Shift]) -> tuple[Shift, ...]:
            return tuple(shift.passed(officer, successor) for shift in shifts)

        holidays = tuple(evolve(one, shifts=pass_on(one.shifts)) for one in self.holidays)
        return evolve(self, shifts=pass_on(self.shifts), holidays=holidays)

    @property
    def _all_shifts(self) -> tuple[Shift, ...]:
        return (*self.shifts, *(shift for holiday in self.holidays for shift in holiday.shifts))

    def ended(self, last_day: date) -> "Roster":
        """Return the roster with its last day; one that ends before it begins holds on no day."""
        return evolve(self, valid_to=max(last_day, self.valid_from)) if last_day < self.valid_to else self


def roster_of(rosters: Iterable[Roster], day: date) -> Roster | None:
    """Return, of the rosters of one unit, the one that counts on a day: of those that hold, the one begun last."""
    holding = [one for one in rosters if one.valid_from <= day <= one.valid_to]
    return max(holding, key=lambda one: (one.valid_from, one.id), default=None)


def shift_spans(rosters: Sequence[Roster], start: datetime, end: datetime) -> list[tuple[datetime, datetime, Shift]]:
    """Return begin, end and shift of what runs or begins from `start` and before `end`, without zone, in Vietnam.

    Args:
        rosters: of one unit.
        start: aware.
        end: aware, after `start`.
    """
    first, last = (vietnam_time(moment).replace(tzinfo=None) for moment in (start, end))
    days = (first.date() + timedelta(days=number) for number in range(-1, (last.date() - first.date()).days + 1))
    begun = ((day, roster) for day in days if (roster := roster_of(rosters, day)) is not None)
    spans = [(*shift.span(day), shift) for day, roster in begun for shift in roster.shifts_on(day)]
    return [one for one in spans if one[0] < last and one[1] > first]


def shift_ends(rosters: Sequence[Roster], start: datetime, until: datetime) -> list[datetime]:
    """Return when shifts of one unit end after `start` and before `until`, in UTC, in order."""
    zone = vietnam_time(start).tzinfo
    ends = {end.replace(tzinfo=zone).astimezone(UTC) for _, end, _ in shift_spans(rosters, start, until)}
    return sorted(end for end in ends if end < until)


def officers_at(rosters: Sequence[Roster], moment: datetime) -> tuple[str, ...]:
    """Return who of a unit is on duty at a moment, in order; where shifts overlap, the later begun one's first."""
    running = shift_spans(rosters, moment, moment + datetime.resolution)
    running.sort(key=lambda one: one[0], reverse=True)
    return tuple(dict.fromkeys(officer for *_, shift in running for officer in shift.officers))
