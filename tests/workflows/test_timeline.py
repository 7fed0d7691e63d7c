"""The timeline of a case shows received messages, sent messages with their delivery, and officers' acts, in order of
time.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import evolve, frozen
from tests.messaging.conftest import QUESTION, THEFT, Appoint, journal
from tests.storage.test_proving import ENGINES, build_storage
from tests.support.pictures import build_picture
from tests.support.tampering import open_office

from anninh_core.app import App, Parts, Settings, open_app
from anninh_core.domain.conversations.timeline.model import TimelineItem, get_delivery_state
from anninh_core.domain.conversations.timeline.sources import open_sent_message
from anninh_core.domain.conversations.timeline.views import DeliveryState, TimelineKind
from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import TipState
from anninh_core.kernel.errors import BadInput, DecryptionError, NotFound, Refused
from anninh_core.ports.storages.changes import Entry, entry_from
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.profile import load_profile
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger, UnsafeLocalUsers, pump
from anninh_core.testing.memory import MemoryKeys
from anninh_core.testing.services import memory_services
from anninh_core.usecase import Actor
from anninh_core.usecase.journal import entries
from anninh_core.vocabulary.messages import Attachment
from anninh_storage.local_blobs import LocalBlobs

AN = "Thử Văn An"
ANSWER = "Đã tìm được xe, mời ông đến nhận."


@frozen
class TimelineScene:
    """An app on a storage engine, with a settled tip of a resident."""

    app: App
    chat: MockChat
    clock: FixedClock
    officer: Actor
    tip: Tip

    def items(self, limit: int = 50) -> list[TimelineItem]:
        """Return all items of the tip's timeline, read page by page."""
        return read_all_pages(self.app, self.officer, self.tip.id, limit)


def read_all_pages(app: App, actor: Actor, tip: str, limit: int = 50) -> list[TimelineItem]:
    items: list[TimelineItem] = []
    after = ""
    while True:
        page = app.tips.timeline(actor, tip, after=after, limit=limit)
        assert len(page.items) <= limit
        items += page.items
        after = page.cursor
        if not after:
            return items


@pytest.fixture(params=ENGINES)
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TimelineScene]:
    clock = FixedClock(datetime(2021, 9, 1, 1, tzinfo=UTC))
    chat = MockChat(clock)
    parts = Parts(
        storage=build_storage(request.param, tmp_path, request),
        keys=MemoryKeys(),
        blobs=LocalBlobs(tmp_path / "blobs"),
        clock=clock,
        messengers={"oa": MockMessenger.on(chat, "oa", memory_services(clock))},
    )
    settings = Settings(profile="hoa_lu_2021", storage="", keys="", blobs="")
    with open_app(load_profile("hoa_lu_2021"), settings, parts) as app:
        yield build_scene(app, chat, clock)


def build_scene(app: App, chat: MockChat, clock: FixedClock) -> TimelineScene:
    """Let a resident report with a picture and add words, and let an officer settle the tip."""
    officer = UnsafeLocalUsers(app).appoint("Cán bộ 1", "hoa-lu", "tip_officer")
    dialog = Dialog(chat, lambda: pump(app, chat))
    dialog.says(AN, THEFT, attachments=[Attachment("image", "a.png", url=chat.file(build_picture()))])
    (tip,) = app.tips.list(officer).items
    clock.advance(timedelta(hours=1))
    app.tips.triage(officer, tip.id, category="crime")
    app.tips.assign(officer, tip.id, unit="hoa-lu", officers=[officer.id])
    app.tips.verify(officer, tip.id)
    clock.advance(timedelta(hours=1))
    dialog.says(AN, "Xe màu đỏ")
    clock.advance(timedelta(hours=1))
    app.tips.settle(officer, tip.id, TipState.RESOLVED, answer=ANSWER, reason="solved", valuable=True)
    return TimelineScene(app, chat, clock, officer, tip)


def describe_item(item: TimelineItem) -> str:
    """Return a short description of a timeline item."""
    if item.message is not None:
        return f"said {item.message.text}"
    if item.act is not None:
        return item.act.action
    return f"sent {item.sent.purpose} {item.sent.state}" if item.sent is not None else item.kind


def test_timeline_is_in_order_of_time(scene: TimelineScene) -> None:
    """The timeline is in order of time; at the same time messages come before acts, and acts before sent messages.
    Pages keep this order.
    """
    scene.app.tips.answer(scene.officer, scene.tip.id)
    items = scene.items()
    assert [describe_item(item) for item in items] == [
        f"said {THEFT}",
        "sent tip.receipt delivered",
        "tips.triage",
        "tips.assign",
        "tips.verify",
        "said Xe màu đỏ",
        "sent tip.reporter_added delivered",
        "tips.settle",
        "tips.answer",
        "sent tip.answer queued",
    ]
    hours = [(item.at - datetime(2021, 9, 1, 1, tzinfo=UTC)) / timedelta(hours=1) for item in items]
    assert hours == [0, 0, 1, 1, 1, 2, 2, 3, 3, 3]
    assert scene.items(limit=1) == scene.items(limit=3) == items


def test_timeline_has_words_files_and_reasons(scene: TimelineScene) -> None:
    """The timeline has the words of both sides, attachments by number, the messenger, and each act's officer and
    reason, but no address.
    """
    scene.app.tips.answer(scene.officer, scene.tip.id)
    items = scene.items()
    first = items[0].to_view()
    answer = items[-1].to_view()
    settled = items[-3].to_view()
    assert first.message is not None
    assert [(attachment.number, attachment.kind) for attachment in first.message.attachments] == [(0, "image")]
    assert first.message.attachments[0].cleaning is not None
    assert answer.sent is not None
    assert ANSWER in answer.sent.text
    assert (answer.sent.messenger, answer.sent.ended_at) == ("oa", None)
    assert settled.act is not None
    (decision,) = settled.act.decisions
    assert (settled.act.by, decision.rule, decision.reason) == (scene.officer.id, "settlement", "solved")
    assert items[0].message is not None
    assert items[0].message.sender == scene.app.tips.get(scene.officer, scene.tip.id).conversation


def test_timeline_shows_the_delivery_state(scene: TimelineScene) -> None:
    """A sent answer is shown first as queued, and then as delivered with a time."""
    scene.app.tips.answer(scene.officer, scene.tip.id)
    (queued,) = (item.sent for item in scene.items() if item.sent and item.sent.purpose == "tip.answer")
    assert (queued.state, queued.ended_at) == (DeliveryState.QUEUED, None)
    pump(scene.app, scene.chat)
    (delivered,) = (item.sent for item in scene.items() if item.sent and item.sent.purpose == "tip.answer")
    assert (delivered.state, delivered.ended_at) == (DeliveryState.DELIVERED, scene.clock.now())


def test_reading_the_timeline_is_one_entry(scene: TimelineScene) -> None:
    """Reading a timeline writes one entry that names the tip and the shown messages, and reading it again writes
    none.
    """
    before = len(journal(scene.app))
    items = scene.items()
    (entry,) = journal(scene.app)[before:]
    assert (entry.action, entry.outcome, entry.unit) == ("conversations.tip_timeline", "read", scene.tip.unit)
    names = {name.partition("@")[0] for name in entry.named}
    messages = {f"message:{item.message.id}" for item in items if item.message is not None}
    assert {f"tip:{scene.tip.id}", *messages} <= names
    scene.items()
    assert len(journal(scene.app)) == before + 1


def test_timeline_skips_read_entries(scene: TimelineScene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of the timeline reads the journal entries of acts only, however often the tip was read."""
    before = scene.items()
    for _ in range(30):
        scene.clock.advance(timedelta(minutes=11))
        scene.app.tips.get(scene.officer, scene.tip.id)
    auditor = UnsafeLocalUsers(scene.app).appoint("Kiểm tra", "hoa-lu", "auditor")
    assert len(scene.app.audit.trail(auditor, about=f"tip:{scene.tip.id}", outcome="read").items) > 30
    outcomes: set[str] = set()

    def decode_and_record(content: bytes) -> Entry:
        outcomes.add(entry_from(content).outcome)
        return entry_from(content)

    monkeypatch.setattr(entries, "entry_from", decode_and_record)
    assert scene.items() == before
    assert outcomes == {"done"}


def test_excluded_officer_gets_no_timeline(scene: TimelineScene) -> None:
    """An excluded officer gets no timeline, and the exclusion isn't in the timeline of others."""
    users = UnsafeLocalUsers(scene.app)
    other = users.appoint("Cán bộ 2", "hoa-lu", "tip_officer")
    chief = users.appoint("Chỉ huy", "hoa-lu", "tip_supervisor", "tip_officer")
    before = [describe_item(item) for item in scene.items()]
    assert read_all_pages(scene.app, other, scene.tip.id)
    scene.app.tips.exclusions.add(chief, scene.tip.id, other.id, reason="Người nhà")
    with pytest.raises(NotFound):
        scene.app.tips.timeline(other, scene.tip.id)
    assert [describe_item(item) for item in scene.items()] == before


def test_timeline_needs_access_to_the_tip(scene: TimelineScene) -> None:
    """Officers of another unit and officers without access to tips get no timeline."""
    users = UnsafeLocalUsers(scene.app)
    with pytest.raises(NotFound):
        scene.app.tips.timeline(users.appoint("Cán bộ 3", "ninh-van", "tip_officer"), scene.tip.id)
    with pytest.raises(Refused):
        scene.app.tips.timeline(users.appoint("Cán bộ 4", "hoa-lu", "editor"), scene.tip.id)


def test_timeline_is_purged_with_its_case(scene: TimelineScene) -> None:
    """The timeline of a purged case can't be decrypted."""
    scene.app.tips.answer(scene.officer, scene.tip.id)
    pump(scene.app, scene.chat)
    operator = UnsafeLocalUsers(scene.app).appoint("Vận hành", "hoa-lu", "operator")
    scene.app.retention.order_purge(operator, f"tip:{scene.tip.id}", reason="request")
    scene.clock.advance(timedelta(days=8))
    (order,) = scene.app.retention.purge(operator)
    assert order.id == f"tip:{scene.tip.id}"
    with pytest.raises(DecryptionError):
        scene.app.tips.timeline(scene.officer, scene.tip.id)


def test_timeline_marks_pruned_rows(scene: TimelineScene) -> None:
    """After the profile's retention of outbox rows the timeline keeps messages and acts, and shows an item that marks
    the pruned rows.
    """
    before = [describe_item(item) for item in scene.items()]
    scene.clock.advance(timedelta(days=402))
    scene.app.worker.jobs["prune_queues"].run()
    after = scene.items(limit=2)
    kept = [description for description in before if not description.startswith("sent")]
    assert [describe_item(item) for item in after] == [*kept, "gone"]
    assert after[-1].gone_until is not None
    assert scene.tip.received_at < after[-1].gone_until < scene.clock.now() - timedelta(days=400)


def test_inquiry_has_a_timeline(app: App, dialog: Dialog, appoint: Appoint) -> None:
    """An officer who can read inquiries but no tips gets an inquiry's timeline, and officers of another unit don't."""
    dialog.says(AN, QUESTION)
    (inquiry,) = app.internals.context.iter_readable(
        INQUIRY, app.internals.context.storage.maintenance.scan(INQUIRY.name)
    )
    officer = appoint("tip_officer")
    app.inquiries.answer(officer, inquiry.id, text="Ở công an huyện", source="Công an huyện")
    reader = appoint("editor")
    with pytest.raises(Refused):
        app.tips.list(reader)
    items = app.inquiries.timeline(reader, inquiry.id).items
    assert items[0].message is not None
    assert items[0].message.text == QUESTION
    assert [item.act.action for item in items if item.act is not None] == ["inquiries.answer"]
    assert items[-1].sent is not None
    assert "Ở công an huyện" in items[-1].sent.text
    assert journal(app)[-1].unit == inquiry.unit
    with pytest.raises(NotFound):
        app.inquiries.timeline(appoint("tip_officer", unit="ninh-van"), inquiry.id)


def test_walk_in_timeline_has_acts_only(app: App, appoint: Appoint) -> None:
    """The timeline of a walk-in tip has the officers' acts only, and refuses an invalid cursor."""
    officer = appoint("tip_officer")
    tip = app.tips.record_walk_in(officer, "Có trộm ở chợ", unit="hoa-lu")
    (item,) = app.tips.timeline(officer, tip.id).items
    assert (item.kind, describe_item(item)) == (TimelineKind.ACT, "tips.record_walk_in")
    with pytest.raises(BadInput, match="isn't a cursor of this list: use the one from the page before"):
        app.tips.timeline(officer, tip.id, after="somewhere")


def test_unreadable_entry_is_left_out(tmp_path: Path) -> None:
    """An altered journal entry is left out of the timeline and the others are shown; the hash chain detects the
    alteration.
    """
    office = open_office(tmp_path)
    with office.app as app:
        officer = office.appoint_officer("Cán bộ", "tip_officer")
        tip = app.tips.record_walk_in(officer, "Có trộm ở chợ", unit="hoa-lu")
        app.tips.triage(officer, tip.id, category="crime")
        assert (
            office.alter_file(
                "UPDATE journal SET content = 'x' WHERE CAST(content AS TEXT) LIKE '%tips.record_walk_in%'"
            )
            == 1
        )
        (item,) = app.tips.timeline(officer, tip.id).items
        assert describe_item(item) == "tips.triage"


def test_undecryptable_message_is_gone(app: App, dialog: Dialog) -> None:
    """A sent message that can't be decrypted is shown as gone, with its purpose, and the text of a withheld message
    isn't decrypted.
    """
    dialog.says(AN, THEFT)
    (tip,) = app.internals.context.iter_readable(TIP, app.internals.context.storage.maintenance.scan(TIP.name))
    (row,) = app.internals.context.storage.queues.outbox(cause=f"tip:{tip.id}")
    sent = open_sent_message(app.internals.context, evolve(row, body=row.body[::-1]), is_withheld=False)
    assert (sent.is_gone, sent.text, sent.purpose) == (True, "", "tip.receipt")
    sent = open_sent_message(app.internals.context, row, is_withheld=True)
    assert (sent.is_gone, sent.is_withheld, sent.text) == (False, True, "")


@pytest.mark.parametrize(
    ("state", "deferred", "told"),
    [
        (OutboxState.WAITING, False, DeliveryState.QUEUED),
        (OutboxState.READY, False, DeliveryState.QUEUED),
        (OutboxState.CLAIMED, False, DeliveryState.QUEUED),
        (OutboxState.STARTED, False, DeliveryState.SENT),
        (OutboxState.UNKNOWN, False, DeliveryState.SENT),
        (OutboxState.DELIVERED, False, DeliveryState.DELIVERED),
        (OutboxState.FAILED, False, DeliveryState.FAILED),
        (OutboxState.FAILED, True, DeliveryState.QUEUED),
        (OutboxState.NEEDS_PERSON, False, DeliveryState.BY_HAND),
        (OutboxState.CANCELLED, False, DeliveryState.CANCELLED),
    ],
)
def test_delivery_state_follows_the_row(
    app: App, dialog: Dialog, state: OutboxState, deferred: bool, told: DeliveryState
) -> None:
    """A message that will be retried is shown as queued; one that may have been sent is shown as sent until its
    delivery is confirmed.
    """
    dialog.says(AN, THEFT)
    row = app.internals.context.storage.queues.outbox()[0]
    until = row.due_at if deferred else None
    assert get_delivery_state(evolve(row, state=state, deferred_until=until)) is told
