"""Tests of the indicators that are counted from groups."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.groups.kind import GROUP, group_facts
from anninh_core.domain.groups.model import Group, Measure
from anninh_core.vocabulary.messages import Address, Place

DAY = date(2021, 8, 25)


def sum_facts(group: Group, on: date) -> Counter[str]:
    sums: Counter[str] = Counter()
    for fact in group_facts(group):
        if fact.day <= on:
            sums[fact.indicator] += fact.amount
    return sums


def build_area_group() -> Group:
    group = Group(id="g", unit="ninh-hoa/kdc-1", kind="residential_area", title="Nhóm khu dân cư số 1")
    group = group.bound(Address("mock", Place.GROUP, "g1"), "mock.1", "")
    return group.seated("owner", "o1", "Cán bộ 1", DAY).launched(DAY, ())


def test_planned_group_isnt_counted() -> None:
    """A planned group isn't counted."""
    assert not list(group_facts(Group(id="g", unit="ninh-hoa", kind="commune", title="Nhóm")))


def test_stocks_follow_launch_and_closing() -> None:
    """The totals of groups and members are those of the given day, and fall to zero once the group is closed."""
    group = build_area_group().measured(Measure(day=DAY + timedelta(5), members=120)).closed(DAY + timedelta(10))
    before, after = sum_facts(group, DAY + timedelta(9)), sum_facts(group, DAY + timedelta(10))
    assert (before["groups_new"], before["groups_closed"]) == (1, 0)
    assert (before["areas_covered"], before["members_total"]) == (1, 120)
    assert (after["areas_covered"], after["members_total"]) == (0, 0)
    assert (after["groups_new"], after["groups_closed"]) == (1, 1)


def test_board_needs_owner_and_one_more() -> None:
    """A management board is counted as filled while it has the owner and at least one other officer."""
    group = build_area_group()
    assert sum_facts(group, DAY)["boards_filled"] == 0
    group = group.seated("deputy", "o2", "Cán bộ 2", DAY + timedelta(2))
    assert sum_facts(group, DAY + timedelta(1))["boards_filled"] == 0
    assert sum_facts(group, DAY + timedelta(2))["boards_filled"] == 1
    group = group.vacated("o2", DAY + timedelta(4))
    assert sum_facts(group, DAY + timedelta(3))["boards_filled"] == 1
    assert sum_facts(group, DAY + timedelta(4))["boards_filled"] == 0


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 5000)), max_size=12), st.booleans(), st.integers(0, 320))
def test_the_members_counted_are_the_newest_measure(measured: list[tuple[int, int]], closed: bool, offset: int) -> None:
    """The daily changes in the number of members add up to the newest measure by any day, and to 0 once the group is
    closed.
    """
    group = build_area_group()
    for day, members in measured:
        group = group.measured(Measure(day=DAY + timedelta(day), members=members))
    end = DAY + timedelta(310)
    if closed:
        group = group.closed(end)
    on = DAY + timedelta(offset)
    newest = next((m.members for m in reversed(group.measures) if m.day <= on), 0)
    assert sum_facts(group, on)["members_total"] == (0 if closed and on >= end else newest)


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.sampled_from(["owner", "deputy"]), st.booleans()), min_size=1, max_size=10
    ),
    st.integers(0, 70),
)
def test_the_boards_counted_are_those_filled_that_day(changes: list[tuple[int, str, bool]], offset: int) -> None:
    """The daily changes in the number of filled management boards add up to 1 if the board was filled on that day, else
    to 0.
    """
    group = build_area_group()
    for number, (day, post, leaves) in enumerate(sorted(changes)):
        if leaves and group.seats:
            group = group.vacated(group.seats[-1].officer, DAY + timedelta(day))
        else:
            group = group.seated(post, f"x{number}", "Cán bộ", DAY + timedelta(day))
    on = DAY + timedelta(offset)
    assert sum_facts(group, on)["boards_filled"] == group.is_staffed_on(on)


def test_columns_have_no_name_or_address() -> None:
    """The unencrypted columns of a group have only a state, a kind and ids."""
    assert GROUP.columns(build_area_group()) == {
        "state": "active",
        "kind": "residential_area",
        "conversation": "mock.1",
    }
    assert GROUP.multi(build_area_group()) == {"officer": ("o1",)}
    assert GROUP.scope(build_area_group()) == "group:g"
