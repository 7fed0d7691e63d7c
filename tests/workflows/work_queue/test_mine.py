"""The list of an officer's work over all modules has a fixed order, pages, one journal entry, and the owner of each
record.
"""

from datetime import datetime, timedelta
from typing import Any

from tests.domain.world import World
from tests.workflows.work_queue.conftest import WorkOffice

from anninh_core.app import App
from anninh_core.kernel.dates import VIETNAM
from anninh_core.operations import OperationGateway
from anninh_core.ports.storages.changes import entry_from
from anninh_core.testing import FixedClock, MockChat
from anninh_core.workflows.work_queue.items import WorkItem


def list_titles(items: tuple[WorkItem, ...]) -> list[str]:
    return [item.title for item in items]


def test_work_is_listed_by_urgency(stored_office: WorkOffice) -> None:
    """On each storage the list has emergencies first, then overdue work, then work by its deadline."""
    office = stored_office
    old = office.record_tip("Tin cũ")
    office.assign_tip(old, office.lan)
    office.clock.advance(timedelta(days=90))
    office.record_tip("Tin mới")
    office.clock.advance(timedelta(hours=1))
    office.record_tip("Tin mới hơn")
    office.record_tip("Đang đánh nhau", emergency=True)
    page = office.app.work.mine(office.lan)
    assert list_titles(page.items) == ["Đang đánh nhau", "Tin cũ", "Tin mới", "Tin mới hơn"]
    assert [item.mine for item in page.items] == [False, True, False, False]
    assert page.cursor == ""


def test_pages_have_each_record_once(stored_office: WorkOffice) -> None:
    """On each storage, pages of two list each record once, in the order of a single page."""
    office = stored_office
    for number in range(5):
        office.record_tip(f"Tin {number}")
        office.clock.advance(timedelta(minutes=1))
    whole = list_titles(office.app.work.mine(office.lan).items)
    paged: list[str] = []
    after = ""
    while True:
        page = office.app.work.mine(office.lan, after=after, limit=2)
        paged += list_titles(page.items)
        office.clock.advance(timedelta(days=30))
        if not (after := page.cursor):
            break
    assert paged == whole
    assert len(paged) == 5


def test_list_is_one_entry_with_its_records(office: WorkOffice) -> None:
    """Listing work of several modules writes one entry that names the page's records and no others."""
    listed = office.record_tip("Tin một")
    foreign = office.record_tip("Tin ở xã khác", unit="ninh-van")
    before = office.journal()
    office.app.work.mine(office.lan)
    lines = office.app.internals.context.storage.journal.read(before)
    (entry,) = (entry_from(line.content) for line in lines)
    assert (entry.action, entry.named) == ("work.mine", (f"tip:{listed}@1",))
    assert foreign not in str(entry)


def test_excluded_case_changes_no_list(stored_office: WorkOffice) -> None:
    """On each storage, an officer's list doesn't show a case from which the officer is excluded, and is otherwise
    unchanged.
    """
    office = stored_office
    office.record_tip("Tin khác")
    before = office.app.work.mine(office.eve)
    tip = office.record_tip("Cán bộ Eve nhận tiền", emergency=True)
    office.app.tips.exclusions.add(office.boss, tip, office.eve.id, "người nhà")
    assert office.app.work.mine(office.eve) == before


def test_record_is_listed_once(office: WorkOffice) -> None:
    """A record that waits for two reasons is listed once."""
    chief = office.users.appoint("Cường", "hoa-lu", "tip_supervisor", "tip_officer")
    office.assign_tip(office.record_tip("Tin cũ"), chief)
    office.clock.advance(timedelta(days=90))
    assert office.waits(chief) == {"tips.mine": 1, "tips.overdue": 1}
    assert list_titles(office.app.work.mine(chief).items) == ["Tin cũ"]


def test_list_of_one_module(anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock) -> None:
    """The work list of one module has its waiting records with owner, deadline and remaining seconds."""
    anninh_clock.set(datetime(2021, 9, 18, 9, tzinfo=VIETNAM))
    world = World.of(anninh_app, mock_chat, anninh_clock)
    world.tip()
    world.owed_duty()
    world.post()
    page: Any = OperationGateway(world.app).call(world.boss, "work.mine", {"module": "moderation"})
    (line,) = page.items
    assert (line.module, line.reason.value, line.kind, line.state) == (
        "moderation",
        "moderation.flagged",
        "post",
        "raised",
    )
    assert (line.due, line.seconds_left, line.is_overdue) == (None, None, False)
    everything: Any = OperationGateway(world.app).call(world.boss, "work.mine", {})
    (tip,) = (line for line in everything.items if line.kind == "tip")
    assert tip.number
    assert tip.due is not None
    assert tip.seconds_left == (tip.due - anninh_clock.now()).total_seconds()
