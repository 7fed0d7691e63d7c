"""Draining the outbox under every failure the pretend service can play."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.dispatch.conftest import FIRE, THEFT, Launch, journal, outbox, states

from anninh_core.app import App
from anninh_core.ports.messenger import Verdict
from anninh_core.ports.queues import OutboxRow
from anninh_core.rooms.conversations import CONVERSATION
from anninh_core.rooms.tips import Tip, TipState
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger, pump
from anninh_core.vocabulary.messages import OutgoingMessage, Receipt
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work import Actor, system
from anninh_core.work.draft import Draft

AN = "Thử Văn An"
LEASE = timedelta(minutes=3)


def receipt(app: App) -> OutboxRow:
    """Return the newest receipt's row."""
    return outbox(app, "tip.receipt")[-1]


def times_sent(app: App, chat: MockChat) -> list[int]:
    """Return how often the service took each row."""
    return [len(chat.account.sent(row.id)) for row in outbox(app)]


def settled_tip(app: App, handler: Actor) -> Tip:
    """Settle the newest tip and put its answer into the outbox."""
    tip = app.tips.list(handler).items[0]
    app.tips.triage(handler, tip.id, category="crime")
    app.tips.settle(handler, tip.id, TipState.RESOLVED, answer="Đã bắt được kẻ trộm.", reason="solved")
    return app.tips.answer(handler, tip.id)


def test_a_message_leaves_once(app: App, chat: MockChat, dialog: Dialog) -> None:
    """What was taken is settled with the platform's id, and never sent again."""
    dialog.says(AN, THEFT)
    app.worker.drain()
    row = receipt(app)
    assert (row.state, row.attempts, row.proof) == ("delivered", 1, "accepted")
    assert row.platform_id == chat.account.sent(row.id)[0].id
    assert times_sent(app, chat) == [1]


def test_a_rate_limit_is_honoured(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """Nothing is tried before the delay that the platform named, then it arrives."""
    chat.fail_next("rate_limit", timedelta(minutes=5))
    dialog.says(AN, THEFT)
    clock.advance(timedelta(minutes=4, seconds=59))
    app.worker.drain()
    dialog.hears_nothing(AN)
    assert (receipt(app).state, receipt(app).attempts) == ("ready", 1)
    clock.advance(timedelta(seconds=1))
    app.worker.drain()
    dialog.hears(AN, "Mã tiếp nhận")


def test_a_rate_limit_without_a_delay_backs_off(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waits double from two seconds; after eight tries the failure desk has it, with the last reason."""
    tries = []
    for _ in range(8):
        chat.fail_next("rate_limit", timedelta(microseconds=1))
    dialog.says(AN, THEFT)
    start = clock.now()
    while receipt(app).state == "ready":
        tries.append((receipt(app).due_at - clock.now()).total_seconds())
        clock.set(receipt(app).due_at)
        app.worker.drain()
    assert receipt(app).state == "failed"
    assert "gave up after 8 tries" in receipt(app).error
    assert [2**n <= wait <= 2 ** (n + 1) for n, wait in enumerate(tries)] == [True] * 7
    assert clock.now() > start


def test_an_expired_token_waits_for_a_person(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """Nobody is sent to again and again while somebody has to log in first."""
    chat.fail_next("expired_token")
    dialog.says(AN, THEFT)
    clock.advance(timedelta(days=2))
    app.worker.drain()
    assert (receipt(app).state, receipt(app).attempts) == ("needs_person", 1)
    assert "log in again" in receipt(app).error


def test_a_lost_answer_is_reconciled(app: App, chat: MockChat, dialog: Dialog) -> None:
    """It had arrived: the platform says so, and it is not sent again."""
    chat.fail_next("lost_answer")
    dialog.says(AN, THEFT)
    app.worker.drain()
    assert (receipt(app).state, receipt(app).proof) == ("delivered", "reconciled")
    assert times_sent(app, chat) == [1]


def test_what_was_lost_before_is_sent_again(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """It had not arrived: it goes out again after a pause, once."""
    chat.fail_next("lost_before")
    dialog.says(AN, THEFT)
    dialog.hears_nothing(AN)
    clock.advance(timedelta(seconds=4))
    app.worker.drain()
    dialog.hears(AN, "Mã tiếp nhận")
    assert times_sent(app, chat) == [1]


def test_a_platform_that_loses_everything_is_not_hammered(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock
) -> None:
    """Lost and not delivered, over and over, ends at the failure desk after eight tries."""
    for _ in range(9):
        chat.fail_next("lost_before")
    dialog.says(AN, THEFT)
    assert receipt(app).attempts == 1
    for _ in range(10):
        clock.advance(timedelta(minutes=10))
        app.worker.drain()
    assert (receipt(app).state, receipt(app).attempts) == ("failed", 8)


@pytest.mark.parametrize(
    ("failure", "error"), [("recipient_gone", "RecipientUnreachable"), ("rejected", "RequestRejected")]
)
def test_what_can_never_arrive_is_shown(
    app: App, chat: MockChat, dialog: Dialog, handler: Actor, failure: str, error: str
) -> None:
    """A recipient gone or a message rejected for good is tried once and lies on the failure desk."""
    chat.fail_next(failure)
    dialog.says(AN, THEFT)
    (trouble,) = app.delivery.troubles(handler)
    assert (trouble.direction, trouble.state, trouble.purpose, trouble.attempts) == ("out", "failed", "tip.receipt", 1)
    assert trouble.reason.startswith(error)


def test_order_is_kept_across_failures(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """Later replies to the same person wait while the first one is retried, and others are served."""
    chat.fail_next("rate_limit", timedelta(minutes=1))
    dialog.says(AN, THEFT)
    dialog.says(AN, "TRO GIUP")
    dialog.says("Thử Thị Bình", THEFT)
    dialog.hears("Thử Thị Bình", "Mã tiếp nhận")
    dialog.hears_nothing(AN)
    clock.advance(timedelta(minutes=1))
    app.worker.drain()
    first, second = chat.hears(chat.person(AN))
    assert "Mã tiếp nhận" in first
    assert "TRA CUU" in second


def test_a_conversation_goes_on_past_a_failure(app: App, chat: MockChat, dialog: Dialog) -> None:
    """What failed for good lets the next one go."""
    chat.fail_next("rejected")
    dialog.says(AN, THEFT)
    dialog.says(AN, "TRO GIUP")
    assert states(app) == ["failed", "delivered"]


def test_emergency_numbers_overtake(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """A reply held back by a rate limit doesn't hold back the numbers to call."""
    chat.fail_next("rate_limit", timedelta(hours=1))
    dialog.says(AN, THEFT)
    dialog.says(AN, FIRE)
    dialog.hears(AN, "113.*114.*115.*111.*112")
    dialog.hears_nothing(AN)


def test_an_outcome_nobody_knows_is_decided_by_a_person(
    app: App, chat: MockChat, dialog: Dialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the platform can't tell either, the row stays unknown and is never sent again blindly."""
    monkeypatch.setattr(MockMessenger, "reconcile", lambda *_: Verdict.UNKNOWN)
    chat.fail_next("lost_answer")
    dialog.says(AN, THEFT)
    for _ in range(5):
        app.worker.drain()
    assert states(app) == ["unknown"]
    assert times_sent(app, chat) == [1]


def raising(error: Exception) -> Callable[..., Receipt]:
    def fail(*_: object) -> Receipt:
        raise error

    return fail


def test_any_error_while_sending_means_unknown(
    app: App, chat: MockChat, dialog: Dialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes may have left whatever an adapter raises; a reconciling that raises too leaves the row as it is."""
    monkeypatch.setattr(MockMessenger, "send", raising(RuntimeError("socket")))
    monkeypatch.setattr(MockMessenger, "reconcile", raising(RuntimeError("socket")))
    dialog.says(AN, THEFT)
    assert (receipt(app).state, receipt(app).error) == ("unknown", "RuntimeError: socket")


def test_a_crash_after_starting_is_owned_up_to(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row started and never settled is unknown once its lease ran out, and the platform is asked about it."""

    def dies(self: MockMessenger, message: OutgoingMessage) -> Receipt:
        sound(self, message)
        raise KeyboardInterrupt

    sound = MockMessenger.send
    monkeypatch.setattr(MockMessenger, "send", dies)
    with pytest.raises(KeyboardInterrupt):
        dialog.says(AN, THEFT)
    monkeypatch.setattr(MockMessenger, "send", sound)
    app.worker.drain()
    assert receipt(app).state == "started"
    clock.advance(LEASE)
    for _ in range(2):
        app.worker.step()
    assert (receipt(app).state, receipt(app).proof) == ("delivered", "reconciled")
    assert times_sent(app, chat) == [1]


def test_a_crash_before_starting_loses_nothing(app: App, chat: MockChat, clock: FixedClock, dialog: Dialog) -> None:
    """A row claimed and never started goes out when the lease has run out."""
    chat.fail_next("rate_limit", timedelta(seconds=10))
    dialog.says(AN, THEFT)
    clock.advance(timedelta(seconds=10))
    queues = app.desk.storage.queues
    (claimed,) = queues.claim_outbox(clock.now(), timedelta(minutes=2), 10)
    app.worker.drain()
    dialog.hears_nothing(AN)
    clock.advance(LEASE)
    app.worker.drain()
    dialog.hears(AN, "Mã tiếp nhận")
    assert not queues.start(claimed.id, claimed.token, clock.now())


def test_an_unknown_row_holds_its_conversation_for_a_while(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next reply waits ten minutes for the truth about the one before, then goes."""
    monkeypatch.setattr(MockMessenger, "reconcile", lambda *_: Verdict.UNKNOWN)
    chat.fail_next("lost_before")
    dialog.says(AN, THEFT)
    dialog.says(AN, "TRO GIUP")
    app.worker.tick()
    app.worker.drain()
    dialog.hears_nothing(AN)
    clock.advance(timedelta(minutes=11))
    assert app.worker.tick()["released"] == 1
    app.worker.drain()
    dialog.hears(AN, "TRA CUU")


def test_the_arrival_of_an_answer_is_written_into_the_tip(
    app: App, chat: MockChat, dialog: Dialog, handler: Actor
) -> None:
    """The tip is answered when its answer arrived, with the proof, in the same commit as the settlement."""
    dialog.says(AN, THEFT)
    tip = settled_tip(app, handler)
    assert app.tips.get(handler, tip.id).state is TipState.RESOLVED
    pump(app, chat)
    answered = app.tips.get(handler, tip.id)
    assert (answered.state, answered.answer_proof) == (TipState.ANSWERED, "accepted")
    (arrived,) = [entry for entry in journal(app) if entry.action == "dispatch.arrived"]
    assert arrived.events == ("tip.answered",)


def test_an_arrival_that_comes_too_late_settles_its_row_all_the_same(
    app: App, chat: MockChat, dialog: Dialog, handler: Actor
) -> None:
    """The record is purged meanwhile: what arrived has arrived, the row says why it was not noted, nothing hangs."""
    dialog.says(AN, THEFT)
    tip = settled_tip(app, handler)
    row = outbox(app, "tip.answer")[0]
    sound = MockMessenger.send

    def purged_meanwhile(self: MockMessenger, message: OutgoingMessage) -> Receipt:
        app.desk.storage.keyring.destroy(f"tip:{tip.id}")
        app.desk.sealer.forget(f"tip:{tip.id}")
        return sound(self, message)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MockMessenger, "send", purged_meanwhile)
        app.worker.drain()
    settled = app.desk.storage.queues.outbox_row(row.id)
    assert settled is not None
    assert settled.state == "delivered"
    assert settled.error.startswith(f"not noted in tip:{tip.id}: the key of scope")
    assert app.worker.drain() == 0


def test_what_was_purged_before_it_left_is_shown(
    app: App, chat: MockChat, dialog: Dialog, handler: Actor, clock: FixedClock
) -> None:
    """Words whose key is destroyed, and a recipient whose identity is, can't be sent: the failure desk says so."""
    for scope in ("tip", "identity"):
        chat.fail_next("rate_limit", timedelta(seconds=5))
        dialog.says(f"Thử {scope}", THEFT)
        row = receipt(app)
        destroyed = row.scope if scope == "tip" else f"identity:{row.conversation}"
        app.desk.storage.keyring.destroy(destroyed)
        app.desk.sealer.forget(destroyed)
        clock.advance(timedelta(seconds=5))
        app.worker.drain()
        assert (receipt(app).state, receipt(app).attempts) == ("failed", 1)
        assert receipt(app).error.startswith("can't be prepared: the key of scope")


def test_a_row_waits_for_the_one_it_follows(app: App, chat: MockChat, clock: FixedClock, launch: Launch) -> None:
    """A correction doesn't overtake its original, not even into another group or lane."""
    group, other = launch(), launch("ninh-hai", title="Nhóm Zalo An ninh xã Ninh Hải")
    chat.fail_next("rate_limit", timedelta(minutes=1))
    send_pair(app, group.conversation, other.conversation)
    app.worker.drain()
    assert states(app, "content.post") == ["ready", "waiting"]
    clock.advance(timedelta(minutes=1))
    app.worker.drain()
    first, second = outbox(app, "content.post")
    assert chat.account.sent(first.id)[0].id < chat.account.sent(second.id)[0].id


def send_pair(app: App, first: str, second: str) -> None:
    """Put two texts into the outbox, the second of which waits for the first."""

    def send(draft: Draft) -> None:
        draft.permit("hoa-lu")
        row = draft.send(first, "một", lane="broadcast", purpose="content.post", cause="item:1", scope="item:1")
        draft.send(second, "hai", after=row, purpose="content.post", cause="item:1", scope="item:1")

    app.desk.carry_out(system("router"), "test.send", Permission.INTAKE, send)


def test_two_workers_send_nothing_twice(app: App, chat: MockChat, clock: FixedClock, dialog: Dialog) -> None:
    """A worker whose lease ran out while it prepared finds its row taken, and leaves it."""
    chat.fail_next("rate_limit", timedelta(seconds=5))
    dialog.says(AN, THEFT)
    clock.advance(timedelta(seconds=5))
    queues = app.desk.storage.queues
    sound = type(queues).start
    calls: list[str] = []

    def overtaken(self: object, id: str, token: int, now: object) -> bool:
        if not calls:
            calls.append(id)
            clock.advance(LEASE)
            app.worker.step()
        return sound(self, id, token, now)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(queues), "start", overtaken)
        app.worker.step()
    assert times_sent(app, chat) == [1]
    assert receipt(app).state == "delivered"


def test_settling_what_another_worker_settled_is_left_alone(
    app: App, chat: MockChat, clock: FixedClock, dialog: Dialog
) -> None:
    """A send that took longer than its lease and was reconciled meanwhile counts once."""
    sound = MockMessenger.send

    def slow(self: MockMessenger, message: OutgoingMessage) -> Receipt:
        sent = sound(self, message)
        clock.advance(LEASE)
        app.desk.storage.queues.claim_outbox(clock.now(), LEASE, 10)
        app.worker.step()
        return sent

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MockMessenger, "send", slow)
        dialog.says(AN, THEFT)
    assert (receipt(app).state, receipt(app).proof) == ("delivered", "reconciled")
    assert times_sent(app, chat) == [1]


def test_addresses_never_lie_in_the_outbox(app: App, chat: MockChat, dialog: Dialog) -> None:
    """The row names a blind index; the address is looked up in the vault when the message leaves."""
    dialog.says(AN, THEFT)
    who = app.desk.storage.records.get(CONVERSATION.name, receipt(app).conversation)
    assert who is not None
    assert chat.person(AN).encode() not in who.body + receipt(app).body
    assert chat.person(AN) not in receipt(app).conversation
