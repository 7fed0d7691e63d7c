"""Tests of the use cases of groups over a store."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from tests.cleaning.documents import pdf
from tests.cleaning.markers import find_markers

from anninh_core.domain.groups.model import Group, KeyPerson, Measure
from anninh_core.domain.groups.service import Groups
from anninh_core.domain.groups.states import GroupState
from anninh_core.kernel.errors import BadInput, NotFound, Refused, WrongStep
from anninh_core.ports.storages.changes import Entry
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, person, system
from anninh_core.usecase.files.blobs import EncryptedBlobs
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.messages import Address, Attachment, Place

TODAY = date(2021, 9, 1)
OfficerMaker = Callable[[str, str], Actor]


@pytest.fixture
def groups(runner: UseCaseRunner) -> Groups:
    return Groups(runner)


@pytest.fixture
def admin(officer: OfficerMaker) -> Actor:
    return officer("board_admin", "hoa-lu")


@pytest.fixture
def launch_group(groups: Groups, admin: Actor) -> Callable[..., Group]:
    def plan_and_launch(unit: str, kind: str = "commune", title: str = "Nhóm", *, by: Actor = admin) -> Group:
        planned = groups.lifecycle.plan(by, unit, kind=kind, title=title, hours="7:30–21:00")
        address = Address("mock", Place.GROUP, unit)
        run_step(
            groups.lifecycle.link_chat,
            by,
            planned.id,
            address=address,
            conversation=f"mock.{unit}",
            link=f"https://zalo.me/g/{unit}",
        )
        groups.board.seat(by, planned.id, "owner", officer="o1", name="Cán bộ 1")
        groups.board.seat(by, planned.id, "deputy", officer="o2", name="Cán bộ 2")
        return groups.lifecycle.launch(by, planned.id)

    return plan_and_launch


def test_a_group_from_plan_to_launch(
    groups: Groups,
    admin: Actor,
    runner: UseCaseRunner,
    sent: Callable[..., list[str]],
    trail: Callable[[], list[Entry]],
) -> None:
    """A planned group is linked to its chat, staffed and launched; its members get the charter, and the metadata of its
    documents is removed.
    """
    planned = groups.lifecycle.plan(
        admin,
        "ninh-hoa",
        kind="commune",
        title="Nhóm Zalo An ninh xã Ninh Hòa",
        key_people=[KeyPerson("party_cell_secretary", "Bí thư 1")],
        local_models=["security-camera"],
    )
    address = Address("mock", Place.GROUP, "77")
    forming = run_step(
        groups.lifecycle.link_chat, admin, planned.id, address=address, conversation="mock.77", by_hand=True
    )
    assert (forming.state, forming.address) == (GroupState.FORMING, address)
    groups.lifecycle.relink(admin, planned.id, "https://zalo.me/g/77")
    groups.board.seat(admin, planned.id, "owner", officer="o1", name="Cán bộ 1")
    files = EncryptedBlobs(runner, runner.context.blobs)
    decision = Attachment("file", name="Quyết định thành lập.pdf", blob=files.put(pdf()))
    group = groups.lifecycle.launch(admin, planned.id, documents=[decision])
    (document,) = group.documents
    assert find_markers(files.get(document.blob)) == set()
    assert (group.state, group.launched_on, group.charter) == (GroupState.ACTIVE, TODAY, "1.0")
    (charter,) = sent("mock.77")
    assert runner.context.district.charter.rules[0].text in charter
    assert trail()[-1].events == ("group.launched",)
    counted = runner.context.storage.counters.total(["groups_new", "groups_closed"], ["ninh-hoa"], TODAY, TODAY)
    assert counted == {("groups_new", "ninh-hoa", "kind=commune"): 1}


def test_no_second_group_of_a_kind(groups: Groups, admin: Actor, launch_group: Callable[..., Group]) -> None:
    """A unit has at most one open commune group or area group, but any number of groups of a mass organisation."""
    first = launch_group("ninh-hoa/kdc-1", "residential_area")
    launch_group("ninh-hoa/kdc-2", "residential_area")
    with pytest.raises(WrongStep, match="close or merge that group first"):
        groups.lifecycle.plan(admin, "ninh-hoa/kdc-1", kind="residential_area", title="Nhóm thứ hai")
    groups.lifecycle.close(admin, first.id, "merged_areas")
    assert (
        groups.lifecycle.plan(admin, "ninh-hoa/kdc-1", kind="residential_area", title="Nhóm mới").unit
        == "ninh-hoa/kdc-1"
    )
    for title in ("Chi hội 1", "Chi hội 2"):
        groups.lifecycle.plan(admin, "hoi-phu-nu", kind="mass_organisation", title=title)


def test_areas_are_counted_into_their_commune(runner: UseCaseRunner, launch_group: Callable[..., Group]) -> None:
    """The group of a residential area counts for the area and for its commune."""
    launch_group("ninh-hoa/kdc-1", "residential_area")
    counted = runner.context.storage.counters.total(["areas_covered"], ["ninh-hoa", "ninh-hoa/kdc-1"], TODAY, TODAY)
    assert counted == {("areas_covered", "ninh-hoa", ""): 1, ("areas_covered", "ninh-hoa/kdc-1", ""): 1}


def test_an_area_admin_reaches_only_the_area(
    groups: Groups, officer: OfficerMaker, launch_group: Callable[..., Group]
) -> None:
    """An officer with a grant on one area can list and run only that area's group, although the storage only knows
    communes.
    """
    mine = officer("board_admin", "ninh-hoa/kdc-1")
    own = launch_group("ninh-hoa/kdc-1", "residential_area", by=mine)
    other = launch_group("ninh-hoa/kdc-2", "residential_area")
    assert [group.id for group in groups.queries.list(mine)] == [own.id]
    with pytest.raises(Refused):
        groups.lifecycle.rename(mine, other.id, "Nhóm khác")


def test_strangers_are_refused_first(groups: Groups, trail: Callable[[], list[Entry]]) -> None:
    """A person without a grant is refused before learning whether the group exists, and the refusal is recorded."""
    with pytest.raises(Refused):
        groups.queries.get(person("nobody"), "no-such-group")
    assert trail()[-1].outcome == "refused"


def test_permitted_reader_learns_of_missing_group(groups: Groups, admin: Actor) -> None:
    """An officer who may read groups gets the error that a group doesn't exist."""
    with pytest.raises(NotFound, match="no group 'x'"):
        groups.queries.get(admin, "x")


@pytest.mark.parametrize(
    "wrong", [{"kind": "club"}, {"local_models": ["no-model"]}, {"key_people": [KeyPerson("king", "Ông 1")]}]
)
def test_unknown_codes_are_refused(groups: Groups, admin: Actor, wrong: dict[str, object]) -> None:
    """Kinds of group, local models and key people that the profile doesn't have are refused."""
    with pytest.raises(BadInput, match="choose one of"):
        groups.lifecycle.plan(admin, "ninh-hoa", **{"kind": "commune", "title": "Nhóm", **wrong})  # type: ignore[arg-type]


def test_the_directory_holds_active_groups_only(
    groups: Groups, admin: Actor, launch_group: Callable[..., Group]
) -> None:
    """The directory has active groups only, not planned, suspended or closed ones."""
    launch_group("hoa-lu", "district_board", "Nhóm huyện")
    resting = launch_group("ninh-hai")
    gone = launch_group("ninh-an")
    active = launch_group("ninh-hoa")
    groups.lifecycle.plan(admin, "ninh-my", kind="commune", title="Nhóm")
    groups.lifecycle.suspend(admin, resting.id, "flood")
    groups.lifecycle.close(admin, gone.id, "empty")
    assert [entry.unit for entry in groups.queries.directory(admin)] == ["hoa-lu", "ninh-hoa"]
    assert [entry.group for entry in groups.queries.directory(admin, unit="ninh-hoa")] == [active.id]
    groups.lifecycle.resume(admin, resting.id)
    assert [entry.unit for entry in groups.queries.directory(admin)] == ["hoa-lu", "ninh-hoa", "ninh-hai"]


def test_router_finds_a_group_by_place(groups: Groups, launch_group: Callable[..., Group]) -> None:
    """The router finds a group by a place's name without diacritics."""
    launch_group("ninh-hoa")
    assert [entry.unit for entry in groups.queries.find_for_resident(system("router"), "ninh hoa")] == ["ninh-hoa"]


def test_posts_go_to_the_audience_only(groups: Groups, admin: Actor, launch_group: Callable[..., Group]) -> None:
    """A post is sent to the active groups of the given units, and only to the given kinds of group if any are given."""
    for unit, kind in (("ninh-hoa", "commune"), ("ninh-hoa/kdc-1", "residential_area"), ("ninh-an", "commune")):
        launch_group(unit, kind)
    assert [to for _, to in groups.queries.targets(admin, units=["hoa-lu"])] == [
        "mock.ninh-hoa",
        "mock.ninh-an",
        "mock.ninh-hoa/kdc-1",
    ]
    assert groups.queries.targets(admin, units=[]) == ()
    assert [to for _, to in groups.queries.targets(admin, units=["ninh-hoa"])] == [
        "mock.ninh-hoa",
        "mock.ninh-hoa/kdc-1",
    ]
    assert [to for _, to in groups.queries.targets(admin, units=["ninh-hoa"], kinds=["commune"])] == ["mock.ninh-hoa"]


def test_group_is_found_by_its_conversation(groups: Groups, launch_group: Callable[..., Group]) -> None:
    """A linked conversation leads to its group, any other conversation to None."""
    group = launch_group("ninh-hoa")
    assert groups.queries.of_conversation(system("router"), "mock.ninh-hoa") == group
    assert groups.queries.of_conversation(system("router"), "mock.else") is None
    assert groups.queries.of_conversation(system("router"), "") is None


def test_one_welcome_a_day(
    groups: Groups, clock: FixedClock, launch_group: Callable[..., Group], sent: Callable[..., list[str]]
) -> None:
    """A group gets one welcome message a day however many people join, to avoid flooding."""
    group = launch_group("ninh-hoa")
    router = system("router")
    for _ in range(3):
        groups.operations.welcome(router, group.id)
    assert len(sent("mock.ninh-hoa")) == 2
    clock.advance(timedelta(days=1))
    groups.operations.welcome(router, group.id)
    assert len(sent("mock.ninh-hoa")) == 3


def test_reminders_come_when_due(
    groups: Groups, clock: FixedClock, launch_group: Callable[..., Group], sent: Callable[..., list[str]]
) -> None:
    """The first automatic reminder to a group is due a month after its launch, and further ones at most monthly."""
    group = launch_group("ninh-hoa")
    ticking = system("clock")
    assert groups.operations.remind_due(ticking) == ()
    clock.advance(timedelta(days=30))
    assert [reminded.id for reminded in groups.operations.remind_due(ticking)] == [group.id]
    assert groups.operations.remind_due(ticking) == ()
    assert len(sent("mock.ninh-hoa")) == 2


def test_a_person_may_remind_at_any_time(
    groups: Groups,
    admin: Actor,
    runner: UseCaseRunner,
    launch_group: Callable[..., Group],
    sent: Callable[..., list[str]],
) -> None:
    """An officer may send a group a reminder at any time, which has the rules and how to report in confidence."""
    group = launch_group("ninh-hoa")
    assert groups.operations.remind(admin, group.id).reminded_on == TODAY
    text = sent("mock.ninh-hoa")[-1]
    assert runner.context.district.charter.reminder.strip() in text
    assert runner.context.district.say("group.reminder") in text


def test_charter_is_sent_again_on_request(
    groups: Groups, admin: Actor, launch_group: Callable[..., Group], sent: Callable[..., list[str]]
) -> None:
    """Members get the charter in force again when an officer sends it."""
    group = launch_group("ninh-hoa")
    assert groups.lifecycle.send_charter(admin, group.id).charter == "1.0"
    assert len(set(sent("mock.ninh-hoa"))) == 1
    assert len(sent("mock.ninh-hoa")) == 2


def test_suspended_group_gets_no_message(groups: Groups, admin: Actor, launch_group: Callable[..., Group]) -> None:
    """A suspended group gets neither reminder nor charter nor welcome, and only a suspended group can be resumed."""
    group = launch_group("ninh-hoa")
    with pytest.raises(WrongStep, match="this step requires a group that is"):
        groups.lifecycle.resume(admin, group.id)
    groups.lifecycle.suspend(admin, group.id, "flood")
    for act in (groups.operations.remind, groups.lifecycle.send_charter):
        with pytest.raises(WrongStep, match="this step requires a group that is"):
            act(admin, group.id)
    assert groups.operations.welcome(system("router"), group.id).welcomed_on is None


def test_newest_measure_gives_the_members(
    groups: Groups, admin: Actor, runner: UseCaseRunner, clock: FixedClock, launch_group: Callable[..., Group]
) -> None:
    """The number of members that is counted for a group is that of its newest measure."""
    group = launch_group("ninh-hoa")
    groups.operations.measure(admin, group.id, Measure(day=TODAY, members=100, posts=3, interactions=40))
    clock.advance(timedelta(days=30))
    groups.operations.measure(admin, group.id, Measure(day=date(2021, 10, 1), members=80, households_share=0.4))
    totals = runner.context.storage.counters.total(["members_total"], ["ninh-hoa"], TODAY, date(2021, 10, 1))
    assert totals == {("members_total", "ninh-hoa", "kind=commune"): 80}


def test_future_measure_is_refused(groups: Groups, admin: Actor, launch_group: Callable[..., Group]) -> None:
    """A measure of a group with a day in the future is refused."""
    group = launch_group("ninh-hoa")
    with pytest.raises(BadInput, match="is in the future: choose"):
        groups.operations.measure(admin, group.id, Measure(day=TODAY + timedelta(1), members=100))


def test_acknowledgements_are_only_counted(groups: Groups, launch_group: Callable[..., Group]) -> None:
    """Only the number of acknowledgements is stored, not the people who acknowledged the charter."""
    group = launch_group("ninh-hoa")
    groups.operations.acknowledge(system("router"), group.id, count=3)
    assert groups.operations.acknowledge(system("router"), group.id).acknowledged == 4


def test_hand_over_moves_all_seats(groups: Groups, admin: Actor, launch_group: Callable[..., Group]) -> None:
    """A hand-over moves all of an officer's seats on management boards in one command."""
    for unit in ("ninh-hoa", "ninh-an"):
        launch_group(unit)
    moved = groups.board.hand_over(admin, "o1", successor="o3", name="Cán bộ 3")
    assert len(moved) == 2
    assert all({seat.officer for seat in group.seats} == {"o2", "o3"} for group in moved)
    assert groups.board.hand_over(admin, "o1", successor="o3", name="Cán bộ 3") == ()


def test_a_hand_over_needs_every_unit(
    groups: Groups, officer: OfficerMaker, launch_group: Callable[..., Group]
) -> None:
    """A hand-over is refused to an officer who has permission for only one of the groups."""
    for unit in ("ninh-hoa", "ninh-an"):
        launch_group(unit)
    with pytest.raises(Refused):
        groups.board.hand_over(officer("board_admin", "ninh-hoa"), "o1", successor="o3", name="Cán bộ 3")


def test_group_merges_into_another_active_one(groups: Groups, admin: Actor, launch_group: Callable[..., Group]) -> None:
    """A group merges into another active group, never into itself."""
    first = launch_group("ninh-hoa/kdc-1", "residential_area")
    other = launch_group("ninh-hoa/kdc-2", "residential_area")
    with pytest.raises(WrongStep, match="can't receive the members: choose another group that is active"):
        groups.lifecycle.merge(admin, first.id, into=first.id)
    assert groups.lifecycle.merge(admin, first.id, into=other.id).merged_into == other.id


def test_hygiene_lists_issues_until_solved(
    groups: Groups, admin: Actor, clock: FixedClock, launch_group: Callable[..., Group]
) -> None:
    """Groups in need of care are listed with their issues until these are solved."""
    group = launch_group("ninh-hoa")
    groups.board.vacate(admin, group.id, "o2")
    groups.board.name_key_people(admin, group.id, [KeyPerson("hamlet_head", "Trưởng thôn 1")])
    clock.advance(timedelta(days=31))
    (care,) = groups.queries.hygiene(admin, in_office=["o9"])
    assert care.reasons == ("vacant_board", "left_office", "stale", "unmeasured")
    groups.operations.note_post(system("delivery"), group.id)
    (care,) = groups.queries.hygiene(admin)
    assert care.reasons == ("vacant_board", "unmeasured")
