"""Working through the inbox."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import pytest
from tests.messaging.conftest import FIRE, QUESTION, THEFT, Appoint, journal
from tests.workflows.conftest import heard

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


class Rude:
    """A plugin whose opinions raise."""

    @hookimpl
    def anninh_triage_opinion(self, message: InboundMessage, district: District) -> TriageOpinion | None:
        raise RuntimeError("không chịu nghe")

    @hookimpl
    def anninh_moderation_flags(self, post: PostToModerate, district: District) -> list[Flag]:
        raise RuntimeError("không chịu xem")


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the processing of one message fail for ever."""
    sound = MessageHandler.handle_message

    def failing(self: MessageHandler, uow: UnitOfWork, message: InboundMessage, received_at: datetime) -> None:
        if message.text == POISON:
            raise RuntimeError("hỏng")
        sound(self, uow, message, received_at)

    monkeypatch.setattr(MessageHandler, "handle_message", failing)


def let_in(app: App, chat: MockChat, said: Mapping[str, str]) -> None:
    """Let people write (name -> text), and the events lie in the inbox."""
    for name, text in said.items():
        chat.says(chat.person(name), text)
    for request in chat.webhooks():
        app.intake.accept("oa", request)


def inbound(app: App) -> InboxProcessor:
    """Return a worker's part that does nothing but work through the inbox."""
    heard = MessageHandler(app.internals.services, app.internals.plugins)
    echoes = EchoHandler(
        app.internals.services, build_reconciler(app.internals.runner, app.internals.services, app.internals.messengers)
    )
    return InboxProcessor(
        app.internals.runner,
        app.internals.messengers,
        heard,
        echoes,
        WithdrawalHandler(app.internals.runner, app.internals.services),
    )


def process_until_given_up(app: App, clock: FixedClock) -> int:
    """Let the app try again and again; returns after how many rounds it gave up."""
    for rounds in range(1, 20):
        app.worker.drain()
        if app.internals.context.storage.queues.depth().get("inbox.failed"):
            return rounds
        clock.advance(PAUSE)
    raise AssertionError("it never gave up")


@pytest.mark.usefixtures("poisoned")
def test_one_bad_event_stops_nothing(app: App, clock: FixedClock, dialog: Dialog, appoint: Appoint) -> None:
    """It is tried five times with pauses, then lies on the failure desk; everybody else is served meanwhile."""
    dialog.says("Thử Văn An", POISON)
    dialog.says("Thử Thị Bình", THEFT)
    dialog.hears("Thử Thị Bình", "Mã tiếp nhận")
    assert process_until_given_up(app, clock) == 5
    (trouble,) = app.failures.troubles(appoint("board_admin"))
    assert (trouble.direction, trouble.state, trouble.attempts, trouble.reason) == ("in", "failed", 5, "RuntimeError")


@pytest.mark.usefixtures("poisoned")
def test_a_conversation_goes_on_after_a_bad_event(app: App, clock: FixedClock, dialog: Dialog) -> None:
    """What the same person says next waits its turn, and is heard once the bad event was given up."""
    dialog.says("Thử Văn An", POISON)
    dialog.says("Thử Văn An", THEFT)
    dialog.hears_nothing("Thử Văn An")
    process_until_given_up(app, clock)
    app.worker.drain()
    dialog.hears("Thử Văn An", "Mã tiếp nhận")


HEARD = MessageHandler.handle_message


@pytest.mark.usefixtures("poisoned")
def test_what_failed_is_taken_up_again(
    app: App, clock: FixedClock, dialog: Dialog, handler: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once an hour, until what was wrong is mended; it is processed once, whatever went on in its conversation."""
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


@pytest.mark.usefixtures("poisoned")
def test_failing_event_goes_to_a_person(app: App, clock: FixedClock, dialog: Dialog) -> None:
    """What fails for a day, as the profile says, is left to a person."""
    dialog.says("Thử Văn An", POISON)
    process_until_given_up(app, clock)
    taken_up = 0
    for _ in range(30):
        clock.advance(timedelta(hours=1))
        taken_up += app.worker.jobs["retry_failed"].run()
        while app.internals.context.storage.queues.depth().get("inbox.new"):
            app.worker.drain()
            clock.advance(timedelta(minutes=1))
    assert 20 <= taken_up <= 23
    assert app.internals.context.storage.queues.depth()["inbox.failed"] == 1


@pytest.mark.usefixtures("poisoned")
def test_a_bad_event_in_a_batch_is_put_off_alone(app: App, chat: MockChat, handler: Actor) -> None:
    """Events are committed together; the bad one among them waits for its next try, the others are done."""
    let_in(app, chat, {"An": THEFT, "Bình": POISON, "Cúc": THEFT})
    assert app.worker.step().received == 3
    assert app.internals.context.storage.queues.depth()["inbox.done"] == 2
    (row,) = app.internals.context.storage.queues.inbox((InboxState.NEW,))
    assert (row.attempts, row.error) == (1, "RuntimeError")
    assert len(app.tips.list(handler).items) == 2


def test_events_are_committed_together(app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch of events takes one commit, with an entry for each of them."""
    let_in(app, chat, {"An": THEFT, "Bình": THEFT, "Cúc": QUESTION})
    commit = app.internals.context.storage.commit
    sizes = list[int]()

    def noted(changes: Sequence[ChangeSet]) -> Sequence[Outcome]:
        sizes.append(len(changes))
        return commit(changes)

    with monkeypatch.context() as patch:
        patch.setattr(app.internals.context.storage, "commit", noted)
        inbound(app).run()
    assert sizes == [3]
    assert [entry.action for entry in journal(app)].count("dispatch.process") == 3


def test_events_that_meet_are_all_heard(app: App, chat: MockChat, handler: Actor) -> None:
    """One person in two groups and in private at once: each event changes the same record, and none is lost."""
    an = chat.person("Thử Văn An")
    chat.says(an, "đông quá", chat.found_group("Xóm Một"))
    chat.says(an, "vui quá", chat.found_group("Xóm Hai"))
    chat.says(an, THEFT)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    assert inbound(app).run() == 3
    assert app.internals.context.storage.queues.depth()["inbox.done"] == 3
    assert len(app.tips.list(handler).items) == 1
    assert len(list(app.internals.context.storage.maintenance.scan(MESSAGE.name))) == 3


def test_a_storage_in_trouble_loses_no_event(
    app: App, chat: MockChat, clock: FixedClock, handler: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long the storage takes nothing, no event goes to the failure desk; afterwards each is done once."""
    let_in(app, chat, {"An": THEFT, "Bình": THEFT})

    def full(_: Sequence[ChangeSet]) -> Sequence[Outcome]:
        raise StorageError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(app.internals.context.storage, "commit", full)
        for _ in range(8):
            assert inbound(app).run() == 2
            clock.advance(PAUSE)
    assert app.internals.context.storage.queues.depth() == {"inbox.new": 2}
    assert not journal(app)[1:]
    app.worker.drain()
    assert len(app.tips.list(handler).items) == 2


def test_limits_count_from_the_moment_of_receipt(app: App, chat: MockChat, clock: FixedClock, handler: Actor) -> None:
    """A worker that stood still for two days moves no limit: tips and questions count from when they came."""
    came = clock.now()
    let_in(app, chat, {"An": THEFT, "Bình": QUESTION})
    late = clock.advance(timedelta(days=2))
    inbound(app).run()

    (tip,) = app.tips.list(handler).items
    (transfer,) = (one for one in tip.clocks if one.rule == "transfer_ordinary")
    assert tip.received_at == tip.moments["received"] == came
    assert tip.received_day == local_date(came)
    assert transfer.due == end_of_day(local_date(came) + timedelta(days=7))
    (inquiry,) = (
        app.internals.context.open_record(INQUIRY, record)
        for record in app.internals.context.storage.maintenance.scan(INQUIRY.name)
    )
    assert (inquiry.received_at, inquiry.received_day) == (came, local_date(came))
    entries = [entry for entry in journal(app) if entry.action == "dispatch.process"]
    assert [entry.at for entry in entries] == [late, late]


def test_what_follows_in_minutes_belongs_together_however_late(
    app: App, chat: MockChat, clock: FixedClock, handler: Actor
) -> None:
    """A picture sent two minutes after a report belongs to it, also where a worker hears both two days later."""
    an = chat.person("Thử Văn An")
    chat.says(an, THEFT)
    clock.advance(timedelta(minutes=2))
    chat.says(an, "", attachments=(Attachment("image", url="https://mock.invalid/1"),))
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    clock.advance(timedelta(days=2))
    app.worker.drain()
    (tip,) = app.tips.list(handler).items
    assert {message.case for message in heard(app)} == {f"tip:{tip.id}"}


def test_a_failed_try_leaves_nothing_half_done(
    app: App, dialog: Dialog, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, handler: Actor
) -> None:
    """Whatever breaks after the tip was made, the tip exists once, when the next try succeeds."""
    sound = MessageHandler.handle_message
    failures = iter([True, False])

    def failing(self: MessageHandler, uow: UnitOfWork, message: InboundMessage, received_at: datetime) -> None:
        sound(self, uow, message, received_at)
        if next(failures):
            raise RuntimeError("hỏng")

    monkeypatch.setattr(MessageHandler, "handle_message", failing)
    dialog.says("Thử Văn An", THEFT)
    assert app.tips.list(handler).items == ()
    clock.advance(PAUSE)
    app.worker.drain()
    assert len(app.tips.list(handler).items) == 1
    dialog.hears("Thử Văn An", "Mã tiếp nhận")
    dialog.hears_nothing("Thử Văn An")


def test_each_event_leaves_one_entry(app: App, dialog: Dialog) -> None:
    """A message is written down, becomes a tip and settles its inbox row in one commit with one entry."""
    dialog.says("Thử Văn An", THEFT)
    entries = [entry for entry in journal(app) if entry.action == "dispatch.process"]
    assert [entry.facts["turn"] for entry in entries] == ["tip"]
    assert {touched.kind for touched in entries[0].touched} == {"conversation", "message", "tip"}


def test_redelivery_and_reordering_change_nothing(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """Events that come twice, and events that overtake each other, give the same tips and one receipt each."""
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
    """The other opinions are still heard; with none left, words are a tip all the same."""
    with memory_app(chat, clock=clock, plugins={"rude": Rude()}) as app:
        chat.says(chat.person("Thử Văn An"), FIRE)
        pump(app, chat)
        assert app.internals.context.storage.queues.depth()["inbox.done"] == 1
        assert "113" in chat.hears(chat.person("Thử Văn An"))[0]
        (said,) = heard(app)
        assert "rude did not run: raised RuntimeError" in said.reasons


def test_a_group_post_survives_a_plugin_that_raises(clock: FixedClock, chat: MockChat) -> None:
    """A post in a group is written down although nobody could judge it."""
    with memory_app(chat, clock=clock, plugins={"rude": Rude()}) as app:
        chat.says(chat.person("Thử Văn An"), "bán hàng giá sốc", chat.found_group("Xóm Thử"))
        pump(app, chat)
        assert app.internals.context.storage.queues.depth()["inbox.done"] == 1
        assert any("rude did not run" in str(entry.facts.get("unheard")) for entry in journal(app))


def test_reports_of_delivery_are_noted(app: App, chat: MockChat, dialog: Dialog) -> None:
    """What the platform says of a message that was sent stands in the journal, with the row it is about."""
    dialog.says("Thử Văn An", QUESTION)
    chat.sees(chat.person("Thử Văn An"))
    pump(app, chat)
    noted = [entry for entry in journal(app) if "delivery.seen" in entry.events]
    assert len(noted) == 1
    assert app.internals.context.storage.queues.outbox_row(str(noted[0].facts["outbox"])) is not None


def test_an_event_of_a_messenger_taken_away_waits_on_the_desk(chat: MockChat, clock: FixedClock) -> None:
    """Settings that no longer name a messenger don't lose what it brought: it goes to the failure desk."""
    with memory_app(chat, clock=clock, district=load_profile("hoa_lu_2021")) as app:
        chat.says(chat.person("Thử Văn An"), THEFT)
        for request in chat.webhooks():
            app.intake.accept("oa", request)
        del app.internals.messengers["oa"]  # type: ignore[attr-defined]
        assert process_until_given_up(app, clock) == 5


def test_an_event_taken_over_is_processed_once(
    app: App, clock: FixedClock, dialog: Dialog, handler: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker slower than its lease finds the event done by another one, and changes nothing."""
    sound = MessageHandler.handle_message
    turns = iter(["slow"])

    def failing(self: MessageHandler, uow: UnitOfWork, message: InboundMessage, received_at: datetime) -> None:
        if next(turns, ""):
            clock.advance(PAUSE)
            app.worker.step()
        sound(self, uow, message, received_at)

    monkeypatch.setattr(MessageHandler, "handle_message", failing)
    dialog.says("Thử Văn An", THEFT)
    stored = app.tips.list(handler).items
    depth = app.internals.context.storage.queues.depth()
    assert (len(stored), depth) == (1, {"inbox.done": 1, "outbox.delivered": 1})


def test_a_report_of_failure_is_noted(app: App, dialog: Dialog, monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform that says later that something never arrived is taken at its word in the journal."""
    dialog.says("Thử Văn An", THEFT)
    (row,) = app.internals.context.storage.queues.outbox()
    failed = DeliveryReport("oa", row.platform_id, DeliveryNews.FAILED, row.due_at)
    monkeypatch.setattr(MockMessenger, "parse", lambda *_: [failed])
    dialog.says("Thử Văn An", "alo")
    last = journal(app)[-1]
    assert (last.events, last.facts["outbox"]) == (("delivery.failed", "delivery.reported_failed"), row.id)
