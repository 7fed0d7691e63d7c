"""Waiting work is counted by permission, up to a limit, without journal entries, and without cases from which the
officer is excluded.
"""

from datetime import datetime, timedelta

import pytest
from attrs import evolve
from tests.domain.world import World
from tests.workflows.work_queue.conftest import WorkOffice

from anninh_core.app import App
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import Refused
from anninh_core.operations import OperationGateway
from anninh_core.testing import FixedClock, MockChat, UnsafeLocalUsers
from anninh_core.usecase import Actor, person
from anninh_core.workflows.work_queue.items import WorkReason
from anninh_core.workflows.work_queue.service import COUNTED


@pytest.fixture
def office_world(anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock) -> World:
    """An app with officers on Saturday, 18 September 2021."""
    anninh_clock.set(datetime(2021, 9, 18, 9, tzinfo=VIETNAM))
    return World.of(anninh_app, mock_chat, anninh_clock)


def count_waiting(world: World, actor: Actor) -> dict[str, int]:
    return {work.reason.value: work.count for work in world.app.work.counts(actor) if work.count}


def test_new_tip_counts_until_assigned(stored_office: WorkOffice) -> None:
    """On each storage a new tip counts for all handlers of its unit, and an assigned one for its handler only."""
    office = stored_office
    tip = office.record_tip("Có trộm ở chợ")
    assert office.waits(office.lan) == office.waits(office.eve) == {"tips.new": 1}
    assert office.waits(office.van) == office.waits(office.boss) == {}
    office.assign_tip(tip, office.lan)
    assert office.waits(office.lan) == {"tips.mine": 1}
    assert office.waits(office.eve) == {}


def test_claimed_tip_is_not_new_for_others(office: WorkOffice) -> None:
    """A claimed tip isn't counted as new for other officers until the claim expires."""
    tip = office.record_tip("Có trộm ở chợ")
    office.app.tips.claim(office.lan, tip)
    assert office.waits(office.lan) == {"tips.mine": 1}
    assert office.waits(office.eve) == {}
    office.clock.advance(timedelta(days=1))
    assert office.waits(office.eve) == {"tips.new": 1}


def test_overdue_work_is_counted(stored_office: WorkOffice) -> None:
    """Overdue work counts as overdue for its officer, and for the supervisor too."""
    office = stored_office
    office.assign_tip(office.record_tip("Có trộm ở chợ"), office.lan)
    office.clock.advance(timedelta(days=90))
    office.record_tip("Mất bò")
    counts = {work.reason: work for work in office.app.work.counts(office.lan)}
    assert (counts[WorkReason.TIP_MINE].count, counts[WorkReason.TIP_MINE].overdue) == (1, 1)
    assert (counts[WorkReason.TIP_NEW].count, counts[WorkReason.TIP_NEW].overdue) == (1, 0)
    assert office.waits(office.boss) == {"tips.overdue": 1}


def test_excluded_case_is_not_counted(stored_office: WorkOffice) -> None:
    """On each storage, an officer's counts don't include a case from which the officer is excluded."""
    office = stored_office
    before = office.app.work.counts(office.eve)
    tip = office.record_tip("Cán bộ Eve nhận tiền", emergency=True)
    office.app.tips.exclusions.add(office.boss, tip, office.eve.id, "người nhà")
    assert office.app.work.counts(office.eve) == before
    office.clock.advance(timedelta(days=90))
    assert office.app.work.counts(office.eve) == before
    assert office.waits(office.lan) == {"tips.new": 1}


def test_counting_stops_at_a_limit(office: WorkOffice) -> None:
    """Counting stops at a limit of records, and the count shows that it was stopped."""
    for number in range(COUNTED + 3):
        office.record_tip(f"Tin số {number}")
    (new,) = (work for work in office.app.work.counts(office.lan) if work.reason is WorkReason.TIP_NEW)
    assert (new.count, new.has_more) == (COUNTED, True)
    office.record_tip("Mất bò", unit="ninh-van")
    (new,) = (work for work in office.app.work.counts(office.van) if work.reason is WorkReason.TIP_NEW)
    assert (new.count, new.has_more) == (1, False)


def test_counting_writes_no_entry(office: WorkOffice) -> None:
    """Counting writes no journal entry, because the board does so again and again."""
    office.record_tip("Có trộm ở chợ")
    before = office.journal()
    for _ in range(3):
        office.app.work.counts(office.lan)
    assert office.journal() == before


def test_counts_follow_permissions(office: WorkOffice) -> None:
    """An officer's counts have only the reasons for which the officer has a permission; other reasons aren't even shown
    as zero.
    """
    editor = office.users.appoint("Hoa", "hoa-lu", "editor")
    assert {work.module for work in office.app.work.counts(editor)} == {"content"}
    custodian = office.users.appoint("Giữ", "hoa-lu", "identity_custodian")
    assert {work.module for work in office.app.work.counts(custodian)} == {"identity", "rights"}
    with pytest.raises(Refused):
        office.app.work.counts(office.users.appoint("Không vai trò", "hoa-lu"))


def test_limited_token_counts_its_operations(office: WorkOffice) -> None:
    """A token that is limited to operations counts only what it can list, and a token for another unit counts
    nothing.
    """
    office.record_tip("Có trộm ở chợ")
    lan = office.lan
    narrow = evolve(lan, sign_in=evolve(lan.sign_in, operations=frozenset({"work.counts", "inquiries.unanswered"})))
    assert [work.reason for work in office.app.work.counts(narrow)] == [WorkReason.INQUIRY_UNANSWERED]
    elsewhere = evolve(lan, sign_in=evolve(lan.sign_in, units=frozenset({"ninh-van"})))
    with pytest.raises(Refused):
        office.app.work.counts(elsewhere)


def test_every_reason_has_its_operations(office: WorkOffice) -> None:
    """An officer with all roles gets counts for every reason, and each reason belongs to a module with operations."""
    gateway = OperationGateway(office.app)
    all_roles = office.users.appoint("Tất cả", "hoa-lu", *office.app.district.roles)
    assert {work.reason for work in office.app.work.counts(all_roles)} == set(WorkReason)
    for module in {reason.module for reason in WorkReason}:
        assert any(name.startswith(f"{module}.") for name in gateway.operations)


def test_second_persons_work_counts_for_others(office_world: World) -> None:
    """Review, appeal and acceptance are counted for a second officer, not for the officer who wrote, decided or
    signed.
    """
    office_world.submitted_item()
    office_world.appealed_post()
    office_world.signed_report()
    first_officers = {
        office_world.other.id: count_waiting(office_world, office_world.other),
        office_world.writer.id: count_waiting(office_world, office_world.writer),
    }
    boss = count_waiting(office_world, office_world.boss)
    for reason in ("content.to_review", "moderation.appeal", "reports.to_accept"):
        assert boss[reason] == 1
        assert any(reason not in counts for counts in first_officers.values())


def test_work_of_each_module_is_counted(office_world: World) -> None:
    """The waiting work of each module is counted: inquiries, items, posts, duties, difficulties, reports and
    deliveries.
    """
    office_world.failed()
    office_world.inquiry()
    office_world.approved_item()
    office_world.post()
    office_world.owed_duty()
    office_world.difficulty()
    office_world.begun_report()
    counts = count_waiting(office_world, office_world.boss)
    assert counts["inquiries.unanswered"] == 1
    assert counts["content.to_publish"] == 1
    assert counts["moderation.flagged"] == 1
    assert counts["programme.difficulty"] == 1
    assert counts["reports.draft"] == 1
    assert counts["failures.waiting"] >= 1
    clerk = UnsafeLocalUsers(office_world.app).appoint("Tổng hợp", "ninh-hoa", "report_officer")
    assert count_waiting(office_world, clerk)["programme.due"] == 1
    assert "programme.due" not in counts, "who urges all units is shown who is late instead"
    chair = UnsafeLocalUsers(office_world.app).appoint("Trưởng ban", "hoa-lu", "steering_chair")
    assert "programme.due" not in count_waiting(office_world, chair), "a report waits for who writes it"
    office_world.advance_days(30)
    assert count_waiting(office_world, office_world.boss)["programme.late"] >= 1


def test_officer_without_role_has_no_counts(office_world: World) -> None:
    """An officer without a role for this work has no counts above zero."""
    office_world.tip()
    office_world.inquiry()
    reader = person(office_world.officer("inspector"))
    assert count_waiting(office_world, reader) == {}
