"""Delivery methods are tried in the order of the ladder; the tests check which are tried, which end the delivery, and
what the ledger shows.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve
from tests.messaging.conftest import THEFT, Launch, count_sends, outbox, read_newest_receipt

from anninh_core.app import App
from anninh_core.kernel.errors import RecipientUnreachable
from anninh_core.kernel.stored_sentences import unpack_sentence
from anninh_core.ports.storages.queues import OutboxRow
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger, SeededIds, memory_services
from anninh_core.usecase import Actor, system
from anninh_core.usecase.outbox_message import find_recipient
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import OutgoingMessage, Receipt
from anninh_core.vocabulary.permissions import Permission

AN = "Thử Văn An"
MINUTE = timedelta(minutes=1)
LEASE = timedelta(minutes=3)
DAY = timedelta(days=1)


@pytest.fixture
def mock_messenger(mock_chat: MockChat, anninh_clock: FixedClock, anninh_ids: SeededIds) -> MockMessenger:
    """A messenger with templates, by user and by telephone."""
    return MockMessenger.on(mock_chat, "oa", memory_services(anninh_clock, anninh_ids), rungs="template phone")


@pytest.fixture
def replace_ladder(app: App, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that replaces the ladder for receipts."""

    def put_ladder(*rungs: str) -> None:
        ladders = {**app.district.ladders, "tip.receipt": rungs}
        monkeypatch.setattr(app.internals.context, "district", evolve(app.district, ladders=ladders))

    return put_ladder


def make_calls_fail(chat: MockChat, *names: str) -> None:
    """Make the next calls of the mock platform fail with the named failures, one after the other."""
    for name in names:
        chat.fail_next(name, MINUTE if name == "rate_limit" else None)


def retry_until_settled(app: App, clock: FixedClock) -> None:
    """Move the clock to each next attempt of the receipt until the receipt is settled."""
    while read_newest_receipt(app).state in ("ready", "waiting"):
        clock.set(max(read_newest_receipt(app).due_at, clock.now() + timedelta(seconds=1)))
        app.worker.drain()


def test_template_replaces_a_closed_window(app: App, chat: MockChat, dialog: Dialog) -> None:
    """If the contact window is closed, a template with values of the message is sent in the same attempt, and the
    ledger shows it.
    """
    make_calls_fail(chat, "window_closed")
    dialog.says(AN, THEFT)
    row = read_newest_receipt(app)

    assert (row.state, row.attempts, row.proof, row.error) == ("delivered", 1, "template", "")
    assert row.platform_id == chat.account.sent(row.id)[0].id
    match = dialog.hears(AN, r"^\[template\] tip.receipt: receipt: (\w{5}-\w{5}); unit: (.+); district: huyện Hoa Lư$")
    assert match[2] == "huyện Hoa Lư"


def test_a_template_names_the_residents_unit(app: App, chat: MockChat, dialog: Dialog) -> None:
    """For a resident with a known unit, the template has the unit's name."""
    dialog.says(AN, THEFT)
    row = read_newest_receipt(app)
    address = app.internals.services.conversations.who(
        system("delivery"), find_recipient(app.internals.context, row)
    ).address
    app.internals.services.conversations.place(system("router"), address, "ninh-hoa")
    chat.hears(chat.person(AN))
    make_calls_fail(chat, "window_closed")
    send_like(app, row, "tip.receipt", "Bà con gọi 0912345678, 09123-456789 hoặc nêu mã 7KM2Q-9XA3D")

    dialog.hears(AN, "receipt: 7KM2Q-9XA3D; unit: xã Ninh Hòa; district: huyện Hoa Lư")


def send_like(app: App, like: OutboxRow, purpose: str, text: str = "Bà con lưu ý") -> OutboxRow:
    """Send a message to the conversation of another row, and return the new outbox row."""

    def queue_message(uow: UnitOfWork) -> None:
        uow.permit("hoa-lu")
        uow.send(find_recipient(app.internals.context, like), text, purpose=purpose, cause=like.cause, scope=like.scope)

    app.internals.runner.run_command(system("router"), "test.send", Permission.INTAKE, queue_message)
    app.worker.drain()
    return outbox(app, purpose)[-1]


def test_next_method_of_the_ladder_is_used(
    app: App, chat: MockChat, dialog: Dialog, replace_ladder: Callable[..., None]
) -> None:
    """After a method that fails, the next one of the ladder is used."""
    replace_ladder("window", "template", "phone", "task")
    make_calls_fail(chat, "window_closed", "rejected")
    dialog.says(AN, THEFT)

    assert (read_newest_receipt(app).state, read_newest_receipt(app).proof) == ("delivered", "phone")
    assert count_sends(app, chat) == [1]


def test_exhausted_ladder_needs_a_person(app: App, chat: MockChat, dialog: Dialog) -> None:
    """If no method reaches the recipient, the row needs a person, with the reason of each method."""
    make_calls_fail(chat, "window_closed", "recipient_gone")
    dialog.says(AN, THEFT)
    row = read_newest_receipt(app)

    assert row.state == "needs_person"
    assert unpack_sentence(row.error) == (
        "A person has to reach the recipient another way. Several delivery methods failed. "
        "window: the recipient hasn't written for too long to be written to (scripted: window_closed); "
        "template: the recipient left for good (scripted: recipient_gone)"
    )


def test_ladder_without_task_fails(
    app: App, chat: MockChat, dialog: Dialog, replace_ladder: Callable[..., None]
) -> None:
    """If no method reaches the recipient and the ladder has no `task`, the row fails with the reason of each method."""
    replace_ladder("window", "template", "phone")
    make_calls_fail(chat, "window_closed", "rejected", "recipient_gone")
    dialog.says(AN, THEFT)

    assert read_newest_receipt(app).state == "failed"
    error = unpack_sentence(read_newest_receipt(app).error)
    assert error.startswith(
        "RecipientUnreachable: Several delivery methods failed. window: the recipient hasn't written"
    )
    assert "; template: the service won't take" in error
    assert error.endswith("; phone: the recipient left for good (scripted: recipient_gone)")


def test_missing_method_is_skipped(
    app: App, chat: MockChat, dialog: Dialog, mock_messenger: MockMessenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A method that isn't set up is skipped, so that the row needs a person at once."""
    monkeypatch.setattr(mock_messenger, "_delivery_methods", [])
    make_calls_fail(chat, "window_closed")
    dialog.says(AN, THEFT)

    assert read_newest_receipt(app).state == "needs_person"
    assert unpack_sentence(read_newest_receipt(app).error).endswith(
        "template: The mock messenger 'oa' has no delivery method 'template': name it in the option `rungs`."
    )


class WindowOnlyMessenger:
    """A messenger that implements none of the optional protocols."""

    def __init__(self, messenger: MockMessenger) -> None:
        self.instance = messenger.instance
        self.capabilities = messenger.capabilities
        self.verify = messenger.verify
        self.dedupe_key = messenger.dedupe_key
        self.parse = messenger.parse
        self.send = messenger.send
        self.close = messenger.close


def test_messenger_without_methods_has_only_the_window(
    app: App, chat: MockChat, dialog: Dialog, mock_messenger: MockMessenger
) -> None:
    """A messenger without optional delivery methods is recognised as one, and no such method is called on it."""
    app.internals.messengers["oa"] = WindowOnlyMessenger(mock_messenger)  # type: ignore[index]
    make_calls_fail(chat, "window_closed")
    dialog.says(AN, THEFT)

    assert read_newest_receipt(app).state == "needs_person"
    assert unpack_sentence(read_newest_receipt(app).error).endswith(
        "template: This messenger doesn't support this delivery method."
    )


def test_purpose_without_ladder_uses_only_the_window(app: App, chat: MockChat, dialog: Dialog) -> None:
    """A message with a purpose without a ladder fails with the platform's error."""
    make_calls_fail(chat, "window_closed")
    dialog.says(AN, "TRO GIUP")
    (row,) = outbox(app, "help")

    assert (row.state, row.attempts) == ("failed", 1)
    assert row.error.startswith("RecipientUnreachable: the recipient hasn't written for too long")


def test_ladder_applies_to_a_purpose_prefix(app: App, chat: MockChat, dialog: Dialog) -> None:
    """A ladder for `urge` applies to every purpose `urge.…`."""
    dialog.says(AN, THEFT)
    make_calls_fail(chat, "window_closed")

    assert send_like(app, read_newest_receipt(app), "urge.today").proof == "template"


def test_a_group_has_no_template(app: App, chat: MockChat, launch: Launch, replace_ladder: Callable[..., None]) -> None:
    """A post to an unreachable group needs a person and is not tried by template, since templates are for people."""
    launch()
    (charter,) = outbox(app, "group.charter")
    replace_ladder("window", "template", "phone", "task")
    make_calls_fail(chat, "window_closed")
    row = send_like(app, charter, "tip.receipt")

    assert row.state == "needs_person"
    error = unpack_sentence(row.error)
    assert "template" not in error
    assert "window: " not in error


def test_group_ladder_needs_window_or_task(app: App, launch: Launch, replace_ladder: Callable[..., None]) -> None:
    """A group post with a ladder of only a template fails with an error about the ladder."""
    launch()
    (charter,) = outbox(app, "group.charter")
    replace_ladder("template")
    row = send_like(app, charter, "tip.receipt")

    assert row.state == "failed"
    assert "add `window` or `task`" in row.error


@pytest.mark.parametrize("failure", ["lost_answer", "lost_before"])
def test_template_of_unknown_outcome_is_left_to_a_person(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, failure: str
) -> None:
    """A template with an unknown outcome is neither sent again nor reconciled, since the conversation shows other text
    than the message.
    """
    make_calls_fail(chat, "window_closed", failure)
    dialog.says(AN, THEFT)
    for _ in range(5):
        clock.advance(DAY)
        app.worker.drain()
    row = read_newest_receipt(app)

    assert (row.state, row.delivery_method) == ("unknown", "template")
    error = unpack_sentence(row.error)
    assert error.startswith("Several delivery methods failed. window: the recipient hasn't written")
    assert error.endswith(f"; template: the connection broke before an answer (scripted: {failure})")
    assert count_sends(app, chat) == [int(failure == "lost_answer")]


@pytest.mark.parametrize("decided", ["delivered", "ready"])
def test_person_decides_about_an_unknown_template(
    app: App, chat: MockChat, dialog: Dialog, admin: Actor, decided: str
) -> None:
    """A person can confirm a template with an unknown outcome, or send the message again, which starts with the contact
    window.
    """
    make_calls_fail(chat, "window_closed", "lost_before")
    dialog.says(AN, THEFT)
    if decided == "delivered":
        app.failures.confirm(admin, read_newest_receipt(app).id, "https://oa.zalo.me/chat")
    else:
        app.failures.resend(admin, read_newest_receipt(app).id)
    app.worker.drain()

    assert read_newest_receipt(app).state == "delivered"
    assert count_sends(app, chat) == [int(decided == "ready")]


def test_crash_during_template_repeats_nothing(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row records the method before a template is sent, so that after a crash it isn't sent again."""

    def send_and_interrupt(self: MockMessenger, method: str, message: OutgoingMessage) -> Receipt:
        original(self, method, message)
        raise KeyboardInterrupt

    original = MockMessenger.send_by
    make_calls_fail(chat, "window_closed")
    monkeypatch.setattr(MockMessenger, "send_by", send_and_interrupt)
    with pytest.raises(KeyboardInterrupt):
        dialog.says(AN, THEFT)
    for _ in range(3):
        clock.advance(LEASE)
        app.worker.drain()

    row = read_newest_receipt(app)
    assert (row.state, row.delivery_method, row.error) == ("unknown", "template", "")
    assert count_sends(app, chat) == [1]


def test_failure_shows_the_interrupted_method(
    app: App, dialog: Dialog, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure after an interrupted send names the delivery method that was interrupted."""
    monkeypatch.setattr(MockMessenger, "send", raise_unreachable)
    monkeypatch.setattr(MockMessenger, "send_by", interrupt_send)
    with pytest.raises(KeyboardInterrupt):
        dialog.says(AN, THEFT)
    (failure,) = app.failures.troubles(admin, state="unknown")
    assert failure.reason == "By template: The message is on its way, or sending it was interrupted."


def raise_unreachable(*_: object) -> Receipt:
    raise RecipientUnreachable("the recipient hasn't written for a week")


def interrupt_send(*_: object) -> Receipt:
    raise KeyboardInterrupt


def test_later_window_attempt_is_reconciled(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """If a send by the contact window follows an attempt by template, its outcome can be reconciled."""
    make_calls_fail(chat, "window_closed", "rate_limit", "lost_answer")
    dialog.says(AN, THEFT)
    retry_until_settled(app, clock)

    assert (read_newest_receipt(app).state, read_newest_receipt(app).attempts, read_newest_receipt(app).proof) == (
        "delivered",
        2,
        "reconciled",
    )


def test_next_attempt_starts_with_the_window(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """After a deferred template, the next attempt starts with the contact window, which may be open by then."""
    make_calls_fail(chat, "window_closed", "rate_limit")
    dialog.says(AN, THEFT)
    waiting = read_newest_receipt(app)
    retry_until_settled(app, clock)

    assert (waiting.state, waiting.due_at >= clock.now()) == ("ready", True)
    assert (read_newest_receipt(app).state, read_newest_receipt(app).proof) == ("delivered", "accepted")
    dialog.hears(AN, "Mã tiếp nhận")


def test_deferred_template_moves_to_the_end(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """After six deferred attempts, the conversation's next message is sent first."""
    make_calls_fail(chat, *["window_closed", "rate_limit"] * 6)
    dialog.says(AN, THEFT)
    dialog.says(AN, "TRO GIUP")
    for _ in range(5):
        clock.set(read_newest_receipt(app).due_at)
        app.worker.drain()
    (help,) = outbox(app, "help")

    assert (read_newest_receipt(app).attempts, read_newest_receipt(app).state, help.state) == (6, "ready", "delivered")
    assert unpack_sentence(read_newest_receipt(app).error).startswith(
        "Moved to the end of the queue after 6 attempts. Several delivery methods failed. window: "
    )


def test_template_deferred_for_a_day_fails(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """A template that is deferred for a day fails."""
    make_calls_fail(chat, *["window_closed", "rate_limit"] * 300)
    dialog.says(AN, THEFT)
    retry_until_settled(app, clock)

    assert read_newest_receipt(app).state == "failed"
    assert unpack_sentence(read_newest_receipt(app).error).startswith(
        f"Gave up after {read_newest_receipt(app).attempts} attempts. Several delivery methods failed. window: "
    )


def test_lost_lease_ends_the_ladder(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the lease expires during an attempt, no further method is tried."""

    def lose_lease(_: MockMessenger, __: OutgoingMessage) -> Receipt:
        clock.advance(LEASE)
        app.internals.context.storage.queues.claim_outbox(clock.now(), LEASE, 10)
        raise RecipientUnreachable("the recipient hasn't written for too long")

    monkeypatch.setattr(MockMessenger, "send", lose_lease)
    chat.says(chat.person(AN), THEFT)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    app.worker.step()

    assert count_sends(app, chat) == [0]
