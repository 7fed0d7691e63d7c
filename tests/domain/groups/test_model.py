"""Tests of a group's state machine, management board, charter and measures."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.groups.model import Group, Measure
from anninh_core.domain.groups.states import OPEN_STATES, TRANSITIONS, GroupState
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.vocabulary.messages import Address, Place

DAY = date(2021, 8, 25)
ADDRESS = Address("mock", Place.GROUP, "g1")
PLANNED = Group(id="g", unit="ninh-hoa", kind="commune", title="Nhóm Zalo An ninh xã Ninh Hòa")


def build_launched_group() -> Group:
    group = PLANNED.bound(ADDRESS, "mock.1", "https://zalo.me/g/example")
    return group.seated("owner", "o1", "Cán bộ 1", DAY).launched(DAY, ())


@given(st.lists(st.sampled_from(GroupState), max_size=8))
def test_group_follows_its_transitions(steps: list[GroupState]) -> None:
    """A group changes its state only as the transition table allows, and a refused transition changes nothing."""
    group = PLANNED
    for to in steps:
        if to in TRANSITIONS[group.state]:
            group = group.moved(to)
            assert group.state is to
        else:
            with pytest.raises(WrongStep, match="can't become"):
                group.moved(to)


def test_every_state_has_its_row() -> None:
    """The transition table of groups has every state, and only a closed group has no further transition."""
    assert set(TRANSITIONS) == set(GroupState)
    assert {state for state in GroupState if not TRANSITIONS[state]} == {GroupState.CLOSED}
    assert GroupState.CLOSED not in OPEN_STATES


def test_no_group_without_an_owner() -> None:
    """A group is launched only with an owner."""
    bound = PLANNED.bound(ADDRESS, "mock.1", "")
    with pytest.raises(WrongStep, match="no owner"):
        bound.seated("member", "o1", "Cán bộ 1", DAY).launched(DAY, ())
    with pytest.raises(WrongStep, match="only a forming group"):
        PLANNED.seated("owner", "o1", "Cán bộ 1", DAY).launched(DAY, ())


def test_a_new_owner_takes_the_seat() -> None:
    """A management board has one owner at a time, and the former owner stays in the group's history."""
    group = build_launched_group().seated("owner", "o2", "Cán bộ 2", DAY + timedelta(3))
    assert [(seat.post, seat.officer) for seat in group.seats] == [("owner", "o2")]
    assert [seat.officer for seat in group.board] == ["o1", "o2"]


def test_officer_has_one_seat() -> None:
    """An officer can't get a second seat on a group's management board, nor leave a board without having a seat."""
    with pytest.raises(WrongStep, match="already"):
        build_launched_group().seated("deputy", "o1", "Cán bộ 1", DAY)
    with pytest.raises(WrongStep, match="isn't on the management board of group"):
        build_launched_group().vacated("o9", DAY)


def test_a_hand_over_leaves_no_seat_vacant() -> None:
    """The officer who takes over from another gets exactly the other's post on the management board."""
    group = build_launched_group().handed_over("o1", "o2", "Cán bộ 2", DAY + timedelta(30))
    assert [(seat.post, seat.officer, seat.name) for seat in group.seats] == [("owner", "o2", "Cán bộ 2")]


def test_board_needs_two_people() -> None:
    """A management board is filled only by two different people, even if a hand-over gave one person two seats."""
    group = build_launched_group().seated("deputy", "o2", "Cán bộ 2", DAY)
    assert group.is_staffed_on(DAY)
    alone = group.handed_over("o2", "o1", "Cán bộ 1", DAY + timedelta(1))
    assert not alone.is_staffed_on(DAY + timedelta(1))
    assert list(alone.staffing_changes()) == [(DAY, 1), (DAY + timedelta(1), -1)]


def test_new_charter_resets_acknowledgements() -> None:
    """Members' acknowledgements count only for the version of the charter that they acknowledged."""
    group = build_launched_group().chartered("1").acknowledged_by(12)
    assert group.chartered("1").acknowledged == 12
    assert group.chartered("2").acknowledged == 0


def test_acknowledgements_need_a_charter_and_a_number() -> None:
    """Acknowledgements can be recorded only after a charter was sent, and their number is at least one."""
    with pytest.raises(WrongStep, match="hasn't received the charter: send it with"):
        build_launched_group().acknowledged_by(1)
    with pytest.raises(BadInput, match="0 acknowledgements"):
        build_launched_group().chartered("1").acknowledged_by(0)


def test_a_measure_of_the_same_day_replaces_the_first() -> None:
    """A second measure of a group on the same day replaces the first, and measures are sorted by day."""
    group = build_launched_group()
    for day, members in ((5, 50), (2, 20), (5, 55)):
        group = group.measured(Measure(day=DAY + timedelta(day), members=members))
    assert [measure.members for measure in group.measures] == [20, 55]
    assert group.members == 55


def test_no_measure_before_the_launch() -> None:
    """A group can't be measured before its launch."""
    with pytest.raises(WrongStep, match="wasn't launched"):
        build_launched_group().measured(Measure(day=DAY - timedelta(1), members=3))
    with pytest.raises(WrongStep, match="wasn't launched"):
        PLANNED.measured(Measure(day=DAY, members=3))


def test_impossible_measures_are_refused() -> None:
    """A measure of a group with a number below 0, or with a share outside 0 to 1, is refused."""
    with pytest.raises(BadInput, match="below 0"):
        Measure(day=DAY, members=-1)
    with pytest.raises(BadInput, match="below 0"):
        Measure(day=DAY, members=1, posts=-2)
    with pytest.raises(BadInput, match="isn't a share of households: give a number from 0 to 1"):
        Measure(day=DAY, members=1, households_share=1.2)


def test_a_closed_group_stays_as_it_is() -> None:
    """A closed group can't be changed."""
    closed = build_launched_group().closed(DAY + timedelta(9), into="g2")
    assert closed.merged_into == "g2"
    with pytest.raises(WrongStep, match="it can no longer be changed"):
        closed.renamed("Nhóm mới")
    with pytest.raises(WrongStep, match="it can no longer be changed"):
        closed.seated("member", "o3", "Cán bộ 3", DAY)
    with pytest.raises(WrongStep, match="it can no longer be changed"):
        closed.measured(Measure(day=DAY, members=1))


def test_rename_keeps_former_names() -> None:
    """A renamed group keeps its former names, and an empty new name is refused."""
    assert build_launched_group().renamed("Nhóm An ninh Ninh Hòa").former_titles == (PLANNED.title,)
    with pytest.raises(BadInput, match="is empty: give at least one word"):
        build_launched_group().renamed(" ")
