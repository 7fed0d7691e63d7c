"""Processing of the inbox."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import pytest
from tests.messaging.conftest import FIRE, QUESTION, THEFT, Appoint, journal
from tests.workflows.conftest import read_messages

from anninh_core.app import App
from anninh_core.app.bootstrap.messaging import build_reconciler
from anninh_core.domain.conversations.model import MESSAGE
from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.kernel.dates import end_of_day, local_date
from anninh_core.kernel.errors import StorageError
from anninh_core.messaging.inbound.echo_handler import EchoHandler
from anninh_core.messaging.inbound.inbox_processor import InboxProcessor
from anninh_core.messaging.inbound.message_handler import MessageHandler
from anninh_core.messaging.inbound.withdrawal_handler import WithdrawalHandler
from anninh_core.plugins import hookimpl
from anninh_core.ports.storages.changes import ChangeSet, Outcome
from anninh_core.ports.storages.queues import InboxState
from anninh_core.profile import load_profile
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger, memory_app, pump
from anninh_core.usecase import Actor
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import Attachment, DeliveryNews, DeliveryReport, InboundMessage
from anninh_core.vocabulary.opinions import Flag, TriageOpinion
from anninh_core.vocabulary.views import PostToModerate

PAUSE = timedelta(minutes=15)
POISON = "câu này không ai xử lý được"


class FailingPlugin:
    """A plugin that raises an error instead of giving an opinion."""

    @hookimpl
    def anninh_triage_opinion(self, message: InboundMessage, district: District) -> TriageOpinion | None:
        raise RuntimeError("không chịu nghe")

    @hookimpl
    def anninh_moderation_flags(self, post: PostToModerate, district: District) -> list[Flag]:
        raise RuntimeError("không chịu xem")


@pytest.fixture
def failing_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the processing of one message always fail."""
    original = MessageHandler.handle_message

    def fail_for_poison(self: MessageHandler, uow: UnitOfWork, message: InboundMessage, received_at: datetime) -> None:
        if message.text == POISON:
            raise RuntimeError("hỏng")
        original(self, uow, message, received_at)

    monkeypatch.setattr(MessageHandler, "handle_message", fail_for_poison)


def accept_messages(app: App, chat: MockChat, messages: Mapping[str, str]) -> None:
    """Let people write (name -> text), and accept the events into the inbox."""
    for name, text in messages.items():
        chat.says(chat.person(name), text)
    for request in chat.webhooks():
        app.intake.accept("oa", request)


def build_inbox_processor(app: App) -> InboxProcessor:
    """Return a processor that only handles the inbox."""
    messages = MessageHandler(app.internals.services, app.internals.plugins)
    echoes = EchoHandler(
        app.internals.services, build_reconciler(app.internals.runner, app.internals.services, app.internals.messengers)
    )
    return InboxProcessor(
        app.internals.runner,
        app.internals.messengers,
        messages,
        echoes,
        WithdrawalHandler(app.internals.runner, app.internals.services),
    )


def process_until_given_up(app: App, clock: FixedClock) -> int:
    """Let the app retry until it gives up, and return the number of rounds."""
    for rounds in range(1, 20):
        app.worker.drain()
        if app.internals.context.storage.queues.depth().get("inbox.failed"):
            return rounds
        clock.advance(PAUSE)
    raise AssertionError("it never gave up")


@pytest.mark.usefixtures("failing_message")
def test_failing_event_stops_no_other(app: App, clock: FixedClock, dialog: Dialog, appoint: Appoint) -> None:
    """A failing event is tried five times with pauses and then becomes a failure, while other events are processed."""
    dialog.says("Thử Văn An", POISON)
    dialog.says("Thử Thị Bình", THEFT)
    dialog.hears("Thử Thị Bình", "Mã tiếp nhận")
    assert process_until_given_up(app, clock) == 5
    (trouble,) = app.failures.troubles(appoint("board_admin"))
    assert (trouble.direction, trouble.state, trouble.attempts, trouble.reason) == ("in", "failed", 5, "RuntimeError")


@pytest.mark.usefixtures("failing_message")
def test_conversation_continues_after_failing_event(app: App, clock: FixedClock, dialog: Dialog) -> None:
    """A later message of the same sender waits, and is processed after the failing event was given up."""
    dialog.says("Thử Văn An", POISON)
    dialog.says("Thử Văn An", THEFT)
    dialog.hears_nothing("Thử Văn An")
    process_until_given_up(app, clock)
    app.worker.drain()
    dialog.hears("Thử Văn An", "Mã tiếp nhận")


HEARD = MessageHandler.handle_message


@pytest.mark.usefixtures("failing_message")
def test_failed_event_is_retried_hourly(
    app: App, clock: FixedClock, dialog: Dialog, handler: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failed event is retried once an hour until its processing succeeds, and is processed once."""
    dialog.says("Thử Văn An", POISON)
    process_until_given_up(app, clock)
    clock.advance(timedelta(hours=1))
    assert [app.worker.jobs["retry_failed"].run() for _ in range(2)] == [1, 0]
    process_until_given_up(app, clock)
    monkeypatch.setattr(MessageHandler, "handle_message", HEARD)
    clock.advance(timedelta(hours=1))
    assert app.worker.jobs["retry_failed"].run() == 1
    app.worker.drain()
    assert app.internals.context.storage.queues.depth()["inbox.done"] == 1
    assert app.worker.jobs["retry_failed"].run() == 0


@pytest.mark.usefixtures("failing_message")
def test_failing_event_goes_to_a_person(app: App, clock: FixedClock, dialog: Dialog) -> None:
    """An event that fails for a day, as in the profile, is left to a person."""
    dialog.says("Thử Văn An", POISON)
    process_until_given_up(app, clock)
    retries = 0
    for _ in range(30):
        clock.advance(timedelta(hours=1))
        retries += app.worker.jobs["retry_failed"].run()
        while app.internals.context.storage.queues.depth().get("inbox.new"):
            app.worker.drain()
            clock.advance(timedelta(minutes=1))
    assert 20 <= retries <= 23
    assert app.internals.context.storage.queues.depth()["inbox.failed"] == 1


@pytest.mark.usefixtures("failing_message")
def test_only_failing_event_of_a_batch_is_retried(app: App, chat: MockChat, handler: Actor) -> None:
    """In a batch only the failing event is retried, and the others are committed together."""
    accept_messages(app, chat, {"An": THEFT, "Bình": POISON, "Cúc": THEFT})
    assert app.worker.step().received == 3
    assert app.internals.context.storage.queues.depth()["inbox.done"] == 2
    (row,) = app.internals.context.storage.queues.inbox((InboxState.NEW,))
    assert (row.attempts, row.error) == (1, "RuntimeError")
    assert len(app.tips.list(handler).items) == 2


def test_events_are_committed_together(app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch of events takes one commit, with one entry for each event."""
    accept_messages(app, chat, {"An": THEFT, "Bình": THEFT, "Cúc": QUESTION})
    commit = app.internals.context.storage.commit
    sizes = list[int]()

    def count_and_commit(changes: Sequence[ChangeSet]) -> Sequence[Outcome]:
        sizes.append(len(changes))
        return commit(changes)

    with monkeypatch.context() as patch:
        patch.setattr(app.internals.context.storage, "commit", count_and_commit)
        build_inbox_processor(app).run()
    assert sizes == [3]
    assert [entry.action for entry in journal(app)].count("dispatch.process") == 3


def test_conflicting_events_are_all_processed(app: App, chat: MockChat, handler: Actor) -> None:
    """Events that change the same record in one batch are all processed."""
    an = chat.person("Thử Văn An")
    chat.says(an, "đông quá", chat.found_group("Xóm Một"))
    chat.says(an, "vui quá", chat.found_group("Xóm Hai"))
    chat.says(an, THEFT)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    assert build_inbox_processor(app).run() == 3
    assert app.internals.context.storage.queues.depth()["inbox.done"] == 3
    assert len(app.tips.list(handler).items) == 1
    assert len(list(app.internals.context.storage.maintenance.scan(MESSAGE.name))) == 3


def test_failing_storage_loses_no_event(
    app: App, chat: MockChat, clock: FixedClock, handler: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the storage fails no event becomes a failure, and afterwards each is processed once."""
    accept_messages(app, chat, {"An": THEFT, "Bình": THEFT})

    def raise_disk_full(_: Sequence[ChangeSet]) -> Sequence[Outcome]:
        raise StorageError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(app.internals.context.storage, "commit", raise_disk_full)
        for _ in range(8):
            assert build_inbox_processor(app).run() == 2
            clock.advance(PAUSE)
    assert app.internals.context.storage.queues.depth() == {"inbox.new": 2}
    assert not journal(app)[1:]
    app.worker.drain()
    assert len(app.tips.list(handler).items) == 2


def test_deadlines_count_from_reception(app: App, chat: MockChat, clock: FixedClock, handler: Actor) -> None:
    """Deadlines of tips and inquiries count from the reception of the message, even if it is processed two days
    later.
    """
    received_at = clock.now()
    accept_messages(app, chat, {"An": THEFT, "Bình": QUESTION})
    late = clock.advance(timedelta(days=2))
    build_inbox_processor(app).run()

    (tip,) = app.tips.list(handler).items
    (transfer,) = (tip_clock for tip_clock in tip.clocks if tip_clock.rule == "transfer_ordinary")
    assert tip.received_at == tip.moments["received"] == received_at
    assert tip.received_day == local_date(received_at)
    assert transfer.due == end_of_day(local_date(received_at) + timedelta(days=7))
    (inquiry,) = (
        app.internals.context.open_record(INQUIRY, record)
        for record in app.internals.context.storage.maintenance.scan(INQUIRY.name)
    )
    assert (inquiry.received_at, inquiry.received_day) == (received_at, local_date(received_at))
    entries = [entry for entry in journal(app) if entry.action == "dispatch.process"]
    assert [entry.at for entry in entries] == [late, late]


def test_late_processing_keeps_messages_together(app: App, chat: MockChat, clock: FixedClock, handler: Actor) -> None:
    """A picture sent two minutes after a report joins it, even if both are processed two days later."""
    an = chat.person("Thử Văn An")
    chat.says(an, THEFT)
    clock.advance(timedelta(minutes=2))
    chat.says(an, "", attachments=(Attachment("image", url="https://mock.invalid/1"),))
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    clock.advance(timedelta(days=2))
    app.worker.drain()
    (tip,) = app.tips.list(handler).items
    assert {message.case for message in read_messages(app)} == {f"tip:{tip.id}"}


def test_failed_attempt_leaves_nothing(
    app: App, dialog: Dialog, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, handler: Actor
) -> None:
    """An attempt that fails after creating the tip leaves nothing, and the next attempt creates the tip once."""
    original = MessageHandler.handle_message
    failures = iter([True, False])

    def handle_then_fail(self: MessageHandler, uow: UnitOfWork, message: InboundMessage, received_at: datetime) -> None:
        original(self, uow, message, received_at)
        if next(failures):
            raise RuntimeError("hỏng")

    monkeypatch.setattr(MessageHandler, "handle_message", handle_then_fail)
    dialog.says("Thử Văn An", THEFT)
    assert app.tips.list(handler).items == ()
    clock.advance(PAUSE)
    app.worker.drain()
    assert len(app.tips.list(handler).items) == 1
    dialog.hears("Thử Văn An", "Mã tiếp nhận")
    dialog.hears_nothing("Thử Văn An")


def test_each_event_leaves_one_entry(app: App, dialog: Dialog) -> None:
    """An event stores its message, creates its tip and settles its inbox row in one commit with one entry."""
    dialog.says("Thử Văn An", THEFT)
    entries = [entry for entry in journal(app) if entry.action == "dispatch.process"]
    assert [entry.facts["turn"] for entry in entries] == ["tip"]
    assert {touched.kind for touched in entries[0].touched} == {"conversation", "message", "tip"}


def test_redelivery_and_reordering_change_nothing(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """Redelivered and reordered events give the same tips, and one receipt each."""
    for name in ("An", "Bình", "Cúc", "Dung"):
        chat.says(chat.person(name), f"{THEFT} {name}")
    chat.fail_next("reorder")
    chat.fail_next("duplicate")
    pump(app, chat)
    assert len(app.tips.list(handler).items) == 4
    for name in ("An", "Bình", "Cúc", "Dung"):
        dialog.hears(name, "Mã tiếp nhận")
        dialog.hears_nothing(name)


def test_a_plugin_that_raises_loses_no_tip(clock: FixedClock, chat: MockChat) -> None:
    """If a plugin raises, the other opinions count; without any, a message still becomes a tip."""
    with memory_app(chat, clock=clock, plugins={"rude": FailingPlugin()}) as app:
        chat.says(chat.person("Thử Văn An"), FIRE)
        pump(app, chat)
        assert app.internals.context.storage.queues.depth()["inbox.done"] == 1
        assert "113" in chat.hears(chat.person("Thử Văn An"))[0]
        (message,) = read_messages(app)
        assert "rude did not run: raised RuntimeError" in message.reasons


def test_a_group_post_survives_a_plugin_that_raises(clock: FixedClock, chat: MockChat) -> None:
    """A group post is stored although the plugin that checks it raises."""
    with memory_app(chat, clock=clock, plugins={"rude": FailingPlugin()}) as app:
        chat.says(chat.person("Thử Văn An"), "bán hàng giá sốc", chat.found_group("Xóm Thử"))
        pump(app, chat)
        assert app.internals.context.storage.queues.depth()["inbox.done"] == 1
        assert any("rude did not run" in str(entry.facts.get("unheard")) for entry in journal(app))


def test_delivery_reports_are_in_the_journal(app: App, chat: MockChat, dialog: Dialog) -> None:
    """A platform's report about a sent message is in the journal, with its outbox row."""
    dialog.says("Thử Văn An", QUESTION)
    chat.sees(chat.person("Thử Văn An"))
    pump(app, chat)
    noted = [entry for entry in journal(app) if "delivery.seen" in entry.events]
    assert len(noted) == 1
    assert app.internals.context.storage.queues.outbox_row(str(noted[0].facts["outbox"])) is not None


def test_events_of_removed_messenger_become_failures(chat: MockChat, clock: FixedClock) -> None:
    """Events of a messenger that is no longer in the settings become failures instead of being lost."""
    with memory_app(chat, clock=clock, district=load_profile("hoa_lu_2021")) as app:
        chat.says(chat.person("Thử Văn An"), THEFT)
        for request in chat.webhooks():
            app.intake.accept("oa", request)
        del app.internals.messengers["oa"]  # type: ignore[attr-defined]
        assert process_until_given_up(app, clock) == 5


def test_an_event_taken_over_is_processed_once(
    app: App, clock: FixedClock, dialog: Dialog, handler: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker slower than its lease finds the event processed by another worker, and changes nothing."""
    original = MessageHandler.handle_message
    turns = iter(["slow"])

    def handle_after_lease(
        self: MessageHandler, uow: UnitOfWork, message: InboundMessage, received_at: datetime
    ) -> None:
        if next(turns, ""):
            clock.advance(PAUSE)
            app.worker.step()
        original(self, uow, message, received_at)

    monkeypatch.setattr(MessageHandler, "handle_message", handle_after_lease)
    dialog.says("Thử Văn An", THEFT)
    stored = app.tips.list(handler).items
    depth = app.internals.context.storage.queues.depth()
    assert (len(stored), depth) == (1, {"inbox.done": 1, "outbox.delivered": 1})


def test_failure_report_is_in_the_journal(app: App, dialog: Dialog, monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform's later report that a message failed is in the journal."""
    dialog.says("Thử Văn An", THEFT)
    (row,) = app.internals.context.storage.queues.outbox()
    report = DeliveryReport("oa", row.platform_id, DeliveryNews.FAILED, row.due_at)
    monkeypatch.setattr(MockMessenger, "parse", lambda *_: [report])
    dialog.says("Thử Văn An", "alo")
    last = journal(app)[-1]
    assert (last.events, last.facts["outbox"]) == (("delivery.failed", "delivery.reported_failed"), row.id)
