"""How much waits for somebody: by permission, up to a cap, untraced, and without what they are excluded from."""

from datetime import datetime, timedelta

import pytest
from attrs import evolve
from tests.domain.world import World
from tests.workflows.work_queue.conftest import Office

from anninh_core.app import App
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import Refused
from anninh_core.operations import Door
from anninh_core.testing import FixedClock, MockChat, UnsafeLocalUsers
from anninh_core.usecase import Actor, person
from anninh_core.workflows.work_queue.items import WorkReason
from anninh_core.workflows.work_queue.service import COUNTED


@pytest.fixture
def world(anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock) -> World:
    """A world on Saturday, 18 September 2021."""
    anninh_clock.set(datetime(2021, 9, 18, 9, tzinfo=VIETNAM))
    return World.of(anninh_app, mock_chat, anninh_clock)


def waits(world: World, actor: Actor) -> dict[str, int]:
    return {one.reason.value: one.count for one in world.app.work.counts(actor) if one.count}


def test_a_tip_waits_for_the_unit_until_somebody_has_it(stored_office: Office) -> None:
    """On each storage: new for all who handle the unit's, then mine for one, and nobody else's business any more."""
    office = stored_office
    tip = office.receive("Có trộm ở chợ")
    assert office.waits(office.lan) == office.waits(office.eve) == {"tips.new": 1}
    assert office.waits(office.van) == office.waits(office.boss) == {}
    office.assign(tip, office.lan)
    assert office.waits(office.lan) == {"tips.mine": 1}
    assert office.waits(office.eve) == {}


def test_what_somebody_took_is_not_new_for_others(office: Office) -> None:
    """A claim keeps a tip from being counted for colleagues, for as long as it lasts."""
    tip = office.receive("Có trộm ở chợ")
    office.app.tips.claim(office.lan, tip)
    assert office.waits(office.lan) == {"tips.mine": 1}
    assert office.waits(office.eve) == {}
    office.clock.advance(timedelta(days=1))
    assert office.waits(office.eve) == {"tips.new": 1}


def test_overdue_ones_are_told(stored_office: Office) -> None:
    """What has a limit that is over is counted as such, and waits for the supervisor too."""
    office = stored_office
    office.assign(office.receive("Có trộm ở chợ"), office.lan)
    office.clock.advance(timedelta(days=90))
    office.receive("Mất bò")
    counts = {one.reason: one for one in office.app.work.counts(office.lan)}
    assert (counts[WorkReason.TIP_MINE].count, counts[WorkReason.TIP_MINE].overdue) == (1, 1)
    assert (counts[WorkReason.TIP_NEW].count, counts[WorkReason.TIP_NEW].overdue) == (1, 0)
    assert office.waits(office.boss) == {"tips.overdue": 1}


def test_an_excluded_case_is_never_counted(stored_office: Office) -> None:
    """On each storage the whole answer is the same for who is excluded, whether the case is there or not."""
    office = stored_office
    before = office.app.work.counts(office.eve)
    tip = office.receive("Cán bộ Eve nhận tiền", emergency=True)
    office.app.tips.exclusions.add(office.boss, tip, office.eve.id, "người nhà")
    assert office.app.work.counts(office.eve) == before
    office.clock.advance(timedelta(days=90))
    assert office.app.work.counts(office.eve) == before
    assert office.waits(office.lan) == {"tips.new": 1}


def test_counting_stops_at_a_cap(office: Office) -> None:
    """A hundred and more are told as a hundred and more, with no more read for it."""
    for number in range(COUNTED + 3):
        office.receive(f"Tin số {number}")
    (new,) = (one for one in office.app.work.counts(office.lan) if one.reason is WorkReason.TIP_NEW)
    assert (new.count, new.has_more) == (COUNTED, True)
    office.receive("Mất bò", unit="ninh-van")
    (new,) = (one for one in office.app.work.counts(office.van) if one.reason is WorkReason.TIP_NEW)
    assert (new.count, new.has_more) == (1, False)


def test_counting_leaves_no_entry(office: Office) -> None:
    """A page asks for it again and again: the journal stays as it was."""
    office.receive("Có trộm ở chợ")
    before = office.journal()
    for _ in range(3):
        office.app.work.counts(office.lan)
    assert office.journal() == before


def test_reasons_are_those_of_the_grants(office: Office) -> None:
    """A reason for which somebody has no permission isn't in the answer, not even as zero."""
    editor = office.users.appoint("Hoa", "hoa-lu", "editor")
    assert {one.module for one in office.app.work.counts(editor)} == {"content"}
    custodian = office.users.appoint("Giữ", "hoa-lu", "identity_custodian")
    assert {one.module for one in office.app.work.counts(custodian)} == {"identity", "rights"}
    with pytest.raises(Refused):
        office.app.work.counts(office.users.appoint("Không vai trò", "hoa-lu"))


def test_a_limited_sign_in_counts_what_it_is_good_for(office: Office) -> None:
    """A token that can't list something counts none of it; one that isn't good at home, nothing."""
    office.receive("Có trộm ở chợ")
    lan = office.lan
    narrow = evolve(lan, sign_in=evolve(lan.sign_in, operations=frozenset({"work.counts", "inquiries.unanswered"})))
    assert [one.reason for one in office.app.work.counts(narrow)] == [WorkReason.INQUIRY_UNANSWERED]
    elsewhere = evolve(lan, sign_in=evolve(lan.sign_in, units=frozenset({"ninh-van"})))
    with pytest.raises(Refused):
        office.app.work.counts(elsewhere)


def test_every_operation_that_a_source_names_is_there(office: Office) -> None:
    """What a sign-in has to be good for is an operation of the door."""
    door = Door(office.app)
    all_roles = office.users.appoint("Tất cả", "hoa-lu", *office.app.district.roles)
    assert {one.reason for one in office.app.work.counts(all_roles)} == set(WorkReason)
    for module in {reason.module for reason in WorkReason}:
        assert any(name.startswith(f"{module}.") for name in door.operations)


def test_a_second_person_is_told_and_the_first_is_not(world: World) -> None:
    """Who wrote an item isn't told to review it, nor who ruled to hear the appeal, nor who signed to accept."""
    world.submitted()
    world.appealed()
    world.signed()
    doing = {world.other.id: waits(world, world.other), world.writer.id: waits(world, world.writer)}
    boss = waits(world, world.boss)
    for reason in ("content.to_review", "moderation.appeal", "reports.to_accept"):
        assert boss[reason] == 1
        assert any(reason not in counted for counted in doing.values())


def test_each_module_has_what_waits(world: World) -> None:
    """Questions, items, posts, duties, difficulties, reports, deliveries: each is counted where it waits."""
    world.failed()
    world.inquiry()
    world.approved()
    world.post()
    world.owed()
    world.difficulty()
    world.begun()
    counted = waits(world, world.boss)
    assert counted["inquiries.unanswered"] == 1
    assert counted["content.to_publish"] == 1
    assert counted["moderation.flagged"] == 1
    assert counted["programme.difficulty"] == 1
    assert counted["reports.draft"] == 1
    assert counted["failures.waiting"] >= 1
    clerk = UnsafeLocalUsers(world.app).appoint("Tổng hợp", "ninh-hoa", "report_officer")
    assert waits(world, clerk)["programme.due"] == 1
    assert "programme.due" not in counted, "who urges all units is shown who is late instead"
    chair = UnsafeLocalUsers(world.app).appoint("Trưởng ban", "hoa-lu", "steering_chair")
    assert "programme.due" not in waits(world, chair), "a report waits for who writes it"
    world.later(30)
    assert waits(world, world.boss)["programme.late"] >= 1


def test_nothing_waits_for_who_does_not_work_here(world: World) -> None:
    """An officer of a role without any of this counts zeros, or nothing at all."""
    world.tip()
    world.inquiry()
    reader = person(world.officer("inspector"))
    assert waits(world, reader) == {}
