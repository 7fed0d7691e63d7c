"""Tests of the rosters that determine which officers are on duty at a time."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.duty import Shift
from anninh_core.domain.duty.roster import EVERY_DAY, Holiday, Roster, find_valid_roster, list_officers_at
from anninh_core.domain.duty.rules import iter_rostered_officers, list_reachable_officers
from anninh_core.domain.duty.states import Gap
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import BadInput
from anninh_core.testing.apps import shipped_district

BEGIN = date(2027, 2, 1)  # 1 February 2027 is a Monday.
NAMES = ("an", "binh", "chi", "dung")
UNITS = ("ninh-hoa/kdc-1", "ninh-hoa", "hoa-lu")


def build_time(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a time in the first days of February 2027."""
    return datetime(2027, 2, day, hour, minute, tzinfo=VIETNAM)


def build_roster(*shifts: Shift, unit: str = "hoa-lu", id: str = "r", **changes: object) -> Roster:
    return Roster(id=id, unit=unit, shifts=shifts, valid_from=BEGIN, **changes)  # type: ignore[arg-type]


NIGHT = Shift(weekdays=(0, 1, 2, 3, 4), start=time(17), end=time(7), officers=("an", "binh"))
WEEKEND = Shift(weekdays=(5, 6), officers=("chi",))


@pytest.mark.parametrize(
    ("moment", "officers_on_duty"),
    [
        (build_time(1, 16, 59), ()),
        (build_time(1, 17), ("an", "binh")),
        (build_time(2, 2), ("an", "binh")),
        (build_time(2, 6, 59), ("an", "binh")),
        (build_time(2, 7), ()),
        # Friday's night shift lasts into Saturday, whose own shift begins at midnight.
        (build_time(6, 2), ("chi", "an", "binh")),
        (build_time(6, 12), ("chi",)),
        (build_time(8, 0), ()),
    ],
)
def test_a_shift_crosses_midnight(moment: datetime, officers_on_duty: tuple[str, ...]) -> None:
    """A shift belongs to the day on which it begins and excludes its end; officers of the shift that began later come
    first.
    """
    assert list_officers_at([build_roster(NIGHT, WEEKEND)], moment) == officers_on_duty


def test_a_holiday_has_shifts_of_its_own() -> None:
    """On a holiday the holiday's shifts replace the weekday's, and the night shift of the day before ends as usual."""
    tet = Holiday(name="Tết", first=date(2027, 2, 4), last=date(2027, 2, 5), shifts=(Shift(officers=("dung",)),))
    holiday_roster = build_roster(NIGHT, holidays=(tet,))
    assert list_officers_at([holiday_roster], build_time(4, 2)) == ("dung", "an", "binh")
    assert list_officers_at([holiday_roster], build_time(4, 20)) == ("dung",)
    assert list_officers_at([holiday_roster], build_time(6, 2)) == ()


def test_newer_roster_starts_on_its_first_day() -> None:
    """A newer roster applies from its first day, and a night shift that began under the old roster ends under it."""
    new = Roster(
        id="s",
        unit="hoa-lu",
        shifts=(Shift(start=time(17), end=time(7), officers=("dung",)),),
        valid_from=date(2027, 2, 3),
    )
    both = [build_roster(NIGHT), new]
    assert list_officers_at(both, build_time(3, 3)) == ("an", "binh")
    assert list_officers_at(both, build_time(3, 18)) == ("dung",)
    assert find_valid_roster(both, date(2027, 2, 2)) == both[0]


def test_roster_ends_with_its_last_night() -> None:
    """After a roster's last day no officer is on duty, except in the night shift that began on that day."""
    ended = build_roster(NIGHT, valid_to=date(2027, 2, 1))
    assert list_officers_at([ended], build_time(2, 3)) == ("an", "binh")
    assert list_officers_at([ended], build_time(2, 18)) == ()


def test_parent_units_follow() -> None:
    """The officers on duty in the unit come first, then those of its parent units, each once; unreachable officers are
    skipped.
    """
    rosters = [
        build_roster(Shift(officers=("an", "binh")), unit="ninh-hoa"),
        build_roster(Shift(officers=("binh", "chi")), unit="hoa-lu"),
        build_roster(Shift(officers=("dung",)), unit="ninh-hai"),
    ]
    district = shipped_district()
    gaps = {"an": Gap.NO_CHAT}
    reachable = list_reachable_officers(district, rosters, "ninh-hoa/kdc-1", build_time(1, 12), gaps.get)
    assert [(duty.officer, duty.unit, duty.is_deputy) for duty in reachable] == [
        ("binh", "ninh-hoa", True),
        ("chi", "hoa-lu", True),
    ]
    rostered = iter_rostered_officers(district, rosters, "ninh-hoa/kdc-1", build_time(1, 12), gaps.get)
    assert [(duty.officer, duty.gap) for duty in rostered] == [("an", Gap.NO_CHAT), ("binh", None), ("chi", None)]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Shift(officers=()),
        lambda: Shift(officers=("an", "an")),
        lambda: Shift(weekdays=(7,), officers=("an",)),
        lambda: Shift(weekdays=(), officers=("an",)),
        build_roster,
        lambda: build_roster(NIGHT, valid_to=date(2027, 1, 1)),
        lambda: Holiday(name=" ", first=BEGIN, last=BEGIN, shifts=(NIGHT,)),
        lambda: Holiday(name="Tết", first=BEGIN, last=date(2027, 1, 1), shifts=(NIGHT,)),
    ],
)
def test_empty_rosters_are_refused(wrong: object) -> None:
    """A roster or shift that no officer could ever serve is refused."""
    with pytest.raises(BadInput):
        wrong()  # type: ignore[operator]


shifts = st.builds(
    Shift,
    weekdays=st.sets(st.sampled_from(EVERY_DAY), min_size=1).map(lambda days: tuple(sorted(days))),
    start=st.integers(0, 23).map(time),
    end=st.integers(0, 23).map(time),
    officers=st.lists(st.sampled_from(NAMES), min_size=1, unique=True).map(tuple),
)


def _build_short_roster(unit: str, own: list[Shift], name: str, first: int, days: int) -> Roster:
    begin = BEGIN + timedelta(first)
    return Roster(id=name, unit=unit, shifts=tuple(own), valid_from=begin, valid_to=begin + timedelta(days))


rosters = st.lists(
    st.builds(
        _build_short_roster,
        st.sampled_from(UNITS),
        st.lists(shifts, min_size=1, max_size=3),
        st.uuids().map(str),
        st.integers(0, 10),
        st.integers(0, 10),
    ),
    max_size=5,
)
moments = st.integers(0, 24 * 60 * 21).map(lambda minutes: build_time(1, 0) + timedelta(minutes=minutes))


@given(rosters, moments, st.sets(st.sampled_from(NAMES)))
def test_listed_officers_are_on_duty_and_reachable(drawn: list[Roster], moment: datetime, silent: set[str]) -> None:
    """For any rosters and time, each listed officer is listed once, is on duty and reachable, and officers of nearer
    units come first.
    """
    district = shipped_district()
    people = list_reachable_officers(
        district, drawn, UNITS[0], moment, lambda candidate: Gap.EXCLUDED if candidate in silent else None
    )
    names = [candidate.officer for candidate in people]
    assert len(names) == len(set(names))
    assert silent.isdisjoint(names)
    order = [*district.ancestors(UNITS[0])]
    assert [order.index(candidate.unit) for candidate in people] == sorted(
        order.index(candidate.unit) for candidate in people
    )
    for candidate in people:
        assert _is_covered([roster for roster in drawn if roster.unit == candidate.unit], candidate.officer, moment)


@given(rosters, moments)
def test_officers_on_duty_are_listed(drawn: list[Roster], moment: datetime) -> None:
    """Every officer on duty is listed, at any minute, across midnight and changes of roster."""
    named = {candidate.officer for candidate in list_reachable_officers(shipped_district(), drawn, UNITS[0], moment)}
    covered = {
        name
        for name in NAMES
        for unit in UNITS
        if _is_covered([roster for roster in drawn if roster.unit == unit], name, moment)
    }
    assert named == covered


def _is_covered(unit_rosters: list[Roster], officer: str, moment: datetime) -> bool:
    """Return whether an officer is on duty, computed independently by going back hour by hour to the beginnings of
    shifts.
    """
    local = moment.replace(tzinfo=None)
    for back in range(25):
        hour = (local - timedelta(hours=back)).replace(minute=0, second=0)
        holding = [candidate for candidate in unit_rosters if candidate.valid_from <= hour.date() <= candidate.valid_to]
        newest = max(holding, key=lambda candidate: (candidate.valid_from, candidate.id), default=None)
        for shift in newest.shifts if newest else ():
            hours = (shift.end.hour - shift.start.hour) % 24 or 24
            begins = hour.weekday() in shift.weekdays and hour.hour == shift.start.hour
            if begins and local < hour + timedelta(hours=hours) and officer in shift.officers:
                return True
    return False
