"""Who is on duty when."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.duty import Shift
from anninh_core.domain.duty.roster import EVERY_DAY, Holiday, Roster, officers_at, roster_of
from anninh_core.domain.duty.rules import roster_people, who_is_on_duty
from anninh_core.domain.duty.states import Gap
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import BadInput
from anninh_core.testing.apps import shipped_district

BEGIN = date(2027, 2, 1)  # a Monday
NAMES = ("an", "binh", "chi", "dung")
UNITS = ("ninh-hoa/kdc-1", "ninh-hoa", "hoa-lu")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of the first days of February 2027."""
    return datetime(2027, 2, day, hour, minute, tzinfo=VIETNAM)


def roster(*shifts: Shift, unit: str = "hoa-lu", id: str = "r", **changes: object) -> Roster:
    return Roster(id=id, unit=unit, shifts=shifts, valid_from=BEGIN, **changes)  # type: ignore[arg-type]


NIGHT = Shift(weekdays=(0, 1, 2, 3, 4), start=time(17), end=time(7), officers=("an", "binh"))
WEEKEND = Shift(weekdays=(5, 6), officers=("chi",))


@pytest.mark.parametrize(
    ("moment", "found"),
    [
        (at(1, 16, 59), ()),
        (at(1, 17), ("an", "binh")),
        (at(2, 2), ("an", "binh")),
        (at(2, 6, 59), ("an", "binh")),
        (at(2, 7), ()),
        (at(6, 2), ("chi", "an", "binh")),  # Friday's night reaches into Saturday, which begins at midnight
        (at(6, 12), ("chi",)),
        (at(8, 0), ()),
    ],
)
def test_a_shift_crosses_midnight(moment: datetime, found: tuple[str, ...]) -> None:
    """It belongs to the day on which it begins, its end is not in it, and the later begun one's people come first."""
    assert officers_at([roster(NIGHT, WEEKEND)], moment) == found


def test_a_holiday_has_shifts_of_its_own() -> None:
    """On its days its shifts begin in place of the weekdays'; the night before it still ends."""
    tet = Holiday(name="Tết", first=date(2027, 2, 4), last=date(2027, 2, 5), shifts=(Shift(officers=("dung",)),))
    found = roster(NIGHT, holidays=(tet,))
    assert officers_at([found], at(4, 2)) == ("dung", "an", "binh")
    assert officers_at([found], at(4, 20)) == ("dung",)
    assert officers_at([found], at(6, 2)) == ()


def test_a_newer_roster_takes_over_with_its_first_day() -> None:
    """The night that began under the old one ends under it."""
    new = Roster(
        id="s",
        unit="hoa-lu",
        shifts=(Shift(start=time(17), end=time(7), officers=("dung",)),),
        valid_from=date(2027, 2, 3),
    )
    both = [roster(NIGHT), new]
    assert officers_at(both, at(3, 3)) == ("an", "binh")
    assert officers_at(both, at(3, 18)) == ("dung",)
    assert roster_of(both, date(2027, 2, 2)) == both[0]


def test_after_its_last_day_nobody_is_on_duty() -> None:
    """But for the night that began on it."""
    ended = roster(NIGHT, valid_to=date(2027, 2, 1))
    assert officers_at([ended], at(2, 3)) == ("an", "binh")
    assert officers_at([ended], at(2, 18)) == ()


def test_the_units_above_follow() -> None:
    """The unit's own people, then the parent's, up to the root; nobody twice; who can't be told is passed over."""
    rosters = [
        roster(Shift(officers=("an", "binh")), unit="ninh-hoa"),
        roster(Shift(officers=("binh", "chi")), unit="hoa-lu"),
        roster(Shift(officers=("dung",)), unit="ninh-hai"),
    ]
    district = shipped_district()
    gaps = {"an": Gap.NO_CHAT}
    found = who_is_on_duty(district, rosters, "ninh-hoa/kdc-1", at(1, 12), gaps.get)
    assert [(one.officer, one.unit, one.is_deputy) for one in found] == [
        ("binh", "ninh-hoa", True),
        ("chi", "hoa-lu", True),
    ]
    everybody = roster_people(district, rosters, "ninh-hoa/kdc-1", at(1, 12), gaps.get)
    assert [(one.officer, one.gap) for one in everybody] == [("an", Gap.NO_CHAT), ("binh", None), ("chi", None)]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Shift(officers=()),
        lambda: Shift(officers=("an", "an")),
        lambda: Shift(weekdays=(7,), officers=("an",)),
        lambda: Shift(weekdays=(), officers=("an",)),
        roster,
        lambda: roster(NIGHT, valid_to=date(2027, 1, 1)),
        lambda: Holiday(name=" ", first=BEGIN, last=BEGIN, shifts=(NIGHT,)),
        lambda: Holiday(name="Tết", first=BEGIN, last=date(2027, 1, 1), shifts=(NIGHT,)),
    ],
)
def test_what_says_nothing_is_refused(wrong: object) -> None:
    """A roster on which nobody could ever be is no roster."""
    with pytest.raises(BadInput):
        wrong()  # type: ignore[operator]


shifts = st.builds(
    Shift,
    weekdays=st.sets(st.sampled_from(EVERY_DAY), min_size=1).map(lambda days: tuple(sorted(days))),
    start=st.integers(0, 23).map(time),
    end=st.integers(0, 23).map(time),
    officers=st.lists(st.sampled_from(NAMES), min_size=1, unique=True).map(tuple),
)


def _roster(unit: str, own: list[Shift], name: str, first: int, days: int) -> Roster:
    begin = BEGIN + timedelta(first)
    return Roster(id=name, unit=unit, shifts=tuple(own), valid_from=begin, valid_to=begin + timedelta(days))


rosters = st.lists(
    st.builds(
        _roster,
        st.sampled_from(UNITS),
        st.lists(shifts, min_size=1, max_size=3),
        st.uuids().map(str),
        st.integers(0, 10),
        st.integers(0, 10),
    ),
    max_size=5,
)
moments = st.integers(0, 24 * 60 * 21).map(lambda minutes: at(1, 0) + timedelta(minutes=minutes))


@given(rosters, moments, st.sets(st.sampled_from(NAMES)))
def test_whoever_is_named_is_on_duty_and_can_be_told(found: list[Roster], moment: datetime, silent: set[str]) -> None:
    """By any rosters at any moment: each once, by a shift that runs, nearer units first, and nobody who can't."""
    district = shipped_district()
    people = who_is_on_duty(district, found, UNITS[0], moment, lambda one: Gap.EXCLUDED if one in silent else None)
    names = [one.officer for one in people]
    assert len(names) == len(set(names))
    assert silent.isdisjoint(names)
    order = [*district.ancestors(UNITS[0])]
    assert [order.index(one.unit) for one in people] == sorted(order.index(one.unit) for one in people)
    for one in people:
        assert _is_covered([roster for roster in found if roster.unit == one.unit], one.officer, moment)


@given(rosters, moments)
def test_whoever_is_on_duty_is_named(found: list[Roster], moment: datetime) -> None:
    """Nobody whose shift runs is forgotten, minute by minute, across midnight and from roster to roster."""
    named = {one.officer for one in who_is_on_duty(shipped_district(), found, UNITS[0], moment)}
    covered = {
        name
        for name in NAMES
        for unit in UNITS
        if _is_covered([roster for roster in found if roster.unit == unit], name, moment)
    }
    assert named == covered


def _is_covered(found: list[Roster], officer: str, moment: datetime) -> bool:
    """Tell by walking back hour by hour whether somebody's shift had begun and not ended: another way to the answer."""
    local = moment.replace(tzinfo=None)
    for back in range(25):
        hour = (local - timedelta(hours=back)).replace(minute=0, second=0)
        holding = [one for one in found if one.valid_from <= hour.date() <= one.valid_to]
        newest = max(holding, key=lambda one: (one.valid_from, one.id), default=None)
        for shift in newest.shifts if newest else ():
            hours = (shift.end.hour - shift.start.hour) % 24 or 24
            begins = hour.weekday() in shift.weekdays and hour.hour == shift.start.hour
            if begins and local < hour + timedelta(hours=hours) and officer in shift.officers:
                return True
    return False
