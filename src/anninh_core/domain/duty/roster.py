"""Rosters: which officers of a unit are on duty when. Shifts may cross midnight; holidays have their own shifts."""

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
    """Hours in which the same officers are on duty.

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
        """Check the officers and weekdays of the shift.

        Raises:
            BadInput: it has no officer, an officer twice, or no valid weekday.
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
        """Return the read-only view of the shift."""
        return make_view(ShiftView, self, start=f"{self.start:%H:%M}", end=f"{self.end:%H:%M}")

    def passed(self, officer: str, successor: str) -> "Shift":
        """Return the shift with an officer replaced by `successor`; "" removes the officer."""
        others = (successor if officer_id == officer else officer_id for officer_id in self.officers)
        return evolve(self, officers=tuple(dict.fromkeys(officer_id for officer_id in others if officer_id)))

    def span(self, day: date) -> tuple[datetime, datetime]:
        """Return begin and end of the shift that begins on `day`, as naive datetimes in Vietnam time."""
        last = day if self.end > self.start else day + _ONE_DAY
        return datetime.combine(day, self.start), datetime.combine(last, self.end)


@frozen(kw_only=True)
class Holiday:
    """A named range of days, both ends included, with shifts that replace those of the weekdays.

    Attributes:
        shifts: shifts on these days.
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
        """Return the read-only view of the holiday."""
        return make_view(HolidayView, self)


@frozen(kw_only=True)
class Roster:
    """A unit's shifts for a range of days (inclusive; a shift counts on the day on which it begins).

    Attributes:
        shifts: shifts on weekdays.
    """

    id: str
    unit: str
    shifts: tuple[Shift, ...]
    holidays: tuple[Holiday, ...] = ()
    valid_from: date
    valid_to: date = date.max
    version: int = 0

    def __attrs_post_init__(self) -> None:
        """Check that the roster has shifts and a valid range of days.

        Raises:
            BadInput: it has no shift, or ends before it begins.
        """
        if not (self.shifts or self.holidays) or self.valid_to < self.valid_from:
            raise BadInput(
                "The roster of {unit!r} needs a shift, and a first day that isn't after the last.", unit=self.unit
            )

    def to_view(self) -> RosterView:
        """Return the read-only view of the roster."""
        return make_view(RosterView, self, valid_to=self.over_on)

    def shifts_on(self, day: date) -> tuple[Shift, ...]:
        """Return the shifts that begin on a day: those of its holiday, else of its weekday."""
        if not self.valid_from <= day <= self.valid_to:
            return ()
        holiday = next((candidate for candidate in self.holidays if candidate.first <= day <= candidate.last), None)
        if holiday is not None:
            return holiday.shifts
        return tuple(shift for shift in self.shifts if day.weekday() in shift.weekdays)

    @property
    def over_on(self) -> date | None:
        """The last day of its shifts, None if it is valid until another roster is set."""
        return None if self.valid_to == date.max else self.valid_to

    @property
    def officers(self) -> frozenset[str]:
        """Ids of all officers on the roster."""
        return frozenset(officer for shift in self._all_shifts for officer in shift.officers)

    def passed(self, officer: str, successor: str) -> "Roster | None":
        """Return the roster with an officer replaced by `successor`, or removed if ""; None if a shift has no other."""
        if not successor and any(shift.officers == (officer,) for shift in self._all_shifts):
            return None

        def replace_in_shifts(shifts: Iterable[Shift]) -> tuple[Shift, ...]:
            return tuple(shift.passed(officer, successor) for shift in shifts)

        holidays = tuple(evolve(holiday, shifts=replace_in_shifts(holiday.shifts)) for holiday in self.holidays)
        return evolve(self, shifts=replace_in_shifts(self.shifts), holidays=holidays)

    @property
    def _all_shifts(self) -> tuple[Shift, ...]:
        return (*self.shifts, *(shift for holiday in self.holidays for shift in holiday.shifts))

    def ended(self, last_day: date) -> "Roster":
        """Return the roster ended on `last_day`; a roster that hasn't begun then keeps only its first day."""
        return evolve(self, valid_to=max(last_day, self.valid_from)) if last_day < self.valid_to else self


def find_valid_roster(rosters: Iterable[Roster], day: date) -> Roster | None:
    """Return the valid roster of a unit on `day`: the last begun if several are valid, or None."""
    holding = [roster for roster in rosters if roster.valid_from <= day <= roster.valid_to]
    return max(holding, key=lambda roster: (roster.valid_from, roster.id), default=None)


def list_shift_spans(
    rosters: Sequence[Roster], start: datetime, end: datetime
) -> list[tuple[datetime, datetime, Shift]]:
    """Return (begin, end, shift) of the shifts between `start` and `end`, as naive datetimes in Vietnam time.

    Args:
        rosters: of one unit.
        start: datetime with time zone.
        end: datetime with time zone, after `start`.
    """
    first, last = (vietnam_time(moment).replace(tzinfo=None) for moment in (start, end))
    days = (first.date() + timedelta(days=number) for number in range(-1, (last.date() - first.date()).days + 1))
    begun = ((day, roster) for day in days if (roster := find_valid_roster(rosters, day)) is not None)
    spans = [(*shift.span(day), shift) for day, roster in begun for shift in roster.shifts_on(day)]
    return [span for span in spans if span[0] < last and span[1] > first]


def list_shift_ends(rosters: Sequence[Roster], start: datetime, until: datetime) -> list[datetime]:
    """Return when shifts of one unit end after `start` and before `until`, in UTC, in order."""
    zone = vietnam_time(start).tzinfo
    ends = {end.replace(tzinfo=zone).astimezone(UTC) for _, end, _ in list_shift_spans(rosters, start, until)}
    return sorted(end for end in ends if end < until)


def list_officers_at(rosters: Sequence[Roster], moment: datetime) -> tuple[str, ...]:
    """Return the officers of a unit on duty at `moment`, in order; of overlapping shifts, the later begun first."""
    running = list_shift_spans(rosters, moment, moment + datetime.resolution)
    running.sort(key=lambda span: span[0], reverse=True)
    return tuple(dict.fromkeys(officer for *_, shift in running for officer in shift.officers))
