"""The ways to a recipient, one after the other: what is tried, what ends it, and what the ledger tells."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve
from tests.messaging.conftest import THEFT, Launch, outbox, receipt, times_sent

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
    """One that has templates, by user and by telephone."""
    return MockMessenger.on(mock_chat, "oa", memory_services(anninh_clock, anninh_ids), rungs="template phone")


@pytest.fixture
def ladder(app: App, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Gives receipts another ladder."""

    def put(*rungs: str) -> None:
        ladders = {**app.district.ladders, "tip.receipt": rungs}
        monkeypatch.setattr(app.internals.context, "district", evolve(app.district, ladders=ladders))

    return put


def fail(chat: MockChat, *names: str) -> None:
    """Let the next calls fail, one after the other."""
    for name in names:
        chat.fail_next(name, MINUTE if name == "rate_limit" else None)


def wait_out(app: App, clock: FixedClock) -> None:
    """Move the clock to each next try of the receipt until it is settled."""
    while receipt(app).state in ("ready", "waiting"):
        clock.set(max(receipt(app).due_at, clock.now() + timedelta(seconds=1)))
        app.worker.drain()


def test_a_closed_window_is_passed_by_a_template(app: App, chat: MockChat, dialog: Dialog) -> None:
    """Facts of the message arrive in its place, in the same send, and the ledger tells how."""
    fail(chat, "window_closed")
    dialog.says(AN, THEFT)
    row = receipt(app)

    assert (row.state, row.attempts, row.proof, row.error) == ("delivered", 1, "template", "")
    assert row.platform_id == chat.account.sent(row.id)[0].id
    found = dialog.hears(AN, r"^\[template\] tip.receipt: receipt: (\w{5}-\w{5}); unit: (.+); district: huyện Hoa Lư$")
    assert found[2] == "huyện Hoa Lư"


def test_a_template_names_the_residents_unit(app: App, chat: MockChat, dialog: Dialog) -> None:
    """Once somebody is placed, it is their unit's name that a template can tell."""
    dialog.says(AN, THEFT)
    row = receipt(app)
    address = app.internals.services.conversations.who(
        system("delivery"), find_recipient(app.internals.context, row)
    ).address
    app.internals.services.conversations.place(system("router"), address, "ninh-hoa")
    chat.hears(chat.person(AN))
    fail(chat, "window_closed")
    send(app, row, "tip.receipt", "Bà con gọi 0912345678, 09123-456789 hoặc nêu mã 7KM2Q-9XA3D")

    dialog.hears(AN, "receipt: 7KM2Q-9XA3D; unit: xã Ninh Hòa; district: huyện Hoa Lư")


def send(app: App, like: OutboxRow, purpose: str, text: str = "Bà con lưu ý") -> OutboxRow:
    """Send something to the conversation of a row."""

    def write(uow: UnitOfWork) -> None:
        uow.permit("hoa-lu")
        uow.send(find_recipient(app.internals.context, like), text, purpose=purpose, cause=like.cause, scope=like.scope)

    app.internals.runner.run_command(system("router"), "test.send", Permission.INTAKE, write)
    app.worker.drain()
    return outbox(app, purpose)[-1]


def test_the_telephone_comes_after_the_template(
    app: App, chat: MockChat, dialog: Dialog, ladder: Callable[..., None]
) -> None:
    """What a method can't or won't send goes by the next one, as the ladder has them."""
    ladder("window", "template", "phone", "task")
    fail(chat, "window_closed", "rejected")
    dialog.says(AN, THEFT)

    assert (receipt(app).state, receipt(app).proof) == ("delivered", "phone")
    assert times_sent(app, chat) == [1]


def test_in_the_end_a_person_is_asked(app: App, chat: MockChat, dialog: Dialog) -> None:
    """Where no method leads to the recipient, the failure desk tells a person, with the reason of each."""
    fail(chat, "window_closed", "recipient_gone")
    dialog.says(AN, THEFT)
    row = receipt(app)

    assert row.state == "needs_person"
    assert unpack_sentence(row.error) == (
        "A person has to reach the recipient another way. Several delivery methods failed. "
        "window: the recipient hasn't written for too long to be written to (scripted: window_closed); "
        "template: the recipient left for good (scripted: recipient_gone)"
    )


def test_without_a_task_it_fails(app: App, chat: MockChat, dialog: Dialog, ladder: Callable[..., None]) -> None:
    """As it did without further rungs, and with all reasons."""
    ladder("window", "template", "phone")
    fail(chat, "window_closed", "rejected", "recipient_gone")
    dialog.says(AN, THEFT)

    assert receipt(app).state == "failed"
    error = unpack_sentence(receipt(app).error)
    assert error.startswith(
        "RecipientUnreachable: Several delivery methods failed. window: the recipient hasn't written"
    )
    assert "; template: the service won't take" in error
    assert error.endswith("; phone: the recipient left for good (scripted: recipient_gone)")


def test_a_rung_that_isnt_set_up_is_passed(
    app: App, chat: MockChat, dialog: Dialog, mock_messenger: MockMessenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A messenger without templates leaves it to a person at once."""
    monkeypatch.setattr(mock_messenger, "_delivery_methods", [])
    fail(chat, "window_closed")
    dialog.says(AN, THEFT)

    assert receipt(app).state == "needs_person"
    assert unpack_sentence(receipt(app).error).endswith(
        "template: The mock messenger 'oa' has no delivery method 'template': name it in the option `rungs`."
    )


class Windowed:
    """A messenger that fills none of the optional protocols."""

    def __init__(self, messenger: MockMessenger) -> None:
        self.instance = messenger.instance
        self.capabilities = messenger.capabilities
        self.verify = messenger.verify
        self.dedupe_key = messenger.dedupe_key
        self.parse = messenger.parse
        self.send = messenger.send
        self.close = messenger.close


def test_a_messenger_without_rungs_has_a_window_only(
    app: App, chat: MockChat, dialog: Dialog, mock_messenger: MockMessenger
) -> None:
    """It is told apart, and nothing is asked of it."""
    app.internals.messengers["oa"] = Windowed(mock_messenger)  # type: ignore[index]
    fail(chat, "window_closed")
    dialog.says(AN, THEFT)

    assert receipt(app).state == "needs_person"
    assert unpack_sentence(receipt(app).error).endswith(
        "template: This messenger doesn't support this delivery method."
    )


def test_a_purpose_without_a_ladder_has_its_window(app: App, chat: MockChat, dialog: Dialog) -> None:
    """It fails as the platform says."""
    fail(chat, "window_closed")
    dialog.says(AN, "TRO GIUP")
    (row,) = outbox(app, "help")

    assert (row.state, row.attempts) == ("failed", 1)
    assert row.error.startswith("RecipientUnreachable: the recipient hasn't written for too long")


def test_purposes_that_begin_alike_share_a_ladder(app: App, chat: MockChat, dialog: Dialog) -> None:
    """What is called `urge` holds for each `urge.…`."""
    dialog.says(AN, THEFT)
    fail(chat, "window_closed")

    assert send(app, receipt(app), "urge.today").proof == "template"


def test_a_group_has_no_template(app: App, chat: MockChat, launch: Launch, ladder: Callable[..., None]) -> None:
    """A post whose group can't be written to is left to a person; templates are for people."""
    launch()
    (charter,) = outbox(app, "group.charter")
    ladder("window", "template", "phone", "task")
    fail(chat, "window_closed")
    row = send(app, charter, "tip.receipt")

    assert row.state == "needs_person"
    error = unpack_sentence(row.error)
    assert "template" not in error
    assert "window: " not in error


def test_a_group_that_no_rung_leads_to(app: App, launch: Launch, ladder: Callable[..., None]) -> None:
    """Where the ladder has but a template, the failure desk says what is wrong with it."""
    launch()
    (charter,) = outbox(app, "group.charter")
    ladder("template")
    row = send(app, charter, "tip.receipt")

    assert row.state == "failed"
    assert "add `window` or `task`" in row.error


@pytest.mark.parametrize("failure", ["lost_answer", "lost_before"])
def test_a_template_lost_on_its_way_is_a_persons(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, failure: str
) -> None:
    """The conversation shows other words than the message's: nothing is concluded from it, and nothing sent again."""
    fail(chat, "window_closed", failure)
    dialog.says(AN, THEFT)
    for _ in range(5):
        clock.advance(DAY)
        app.worker.drain()
    row = receipt(app)

    assert (row.state, row.delivery_method) == ("unknown", "template")
    error = unpack_sentence(row.error)
    assert error.startswith("Several delivery methods failed. window: the recipient hasn't written")
    assert error.endswith(f"; template: the connection broke before an answer (scripted: {failure})")
    assert times_sent(app, chat) == [int(failure == "lost_answer")]


@pytest.mark.parametrize("decided", ["delivered", "ready"])
def test_a_person_decides_about_a_lost_template(
    app: App, chat: MockChat, dialog: Dialog, admin: Actor, decided: str
) -> None:
    """Who has looked says that it arrived, or lets it go out again, which begins with the window."""
    fail(chat, "window_closed", "lost_before")
    dialog.says(AN, THEFT)
    if decided == "delivered":
        app.failures.confirm(admin, receipt(app).id, "https://oa.zalo.me/chat")
    else:
        app.failures.resend(admin, receipt(app).id)
    app.worker.drain()

    assert receipt(app).state == "delivered"
    assert times_sent(app, chat) == [int(decided == "ready")]


def test_a_process_that_ends_on_a_rung_repeats_nothing(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before a template leaves, the row tells so: no empty conversation is taken for an answer."""

    def dies(self: MockMessenger, method: str, message: OutgoingMessage) -> Receipt:
        sound(self, method, message)
        raise KeyboardInterrupt

    sound = MockMessenger.send_by
    fail(chat, "window_closed")
    monkeypatch.setattr(MockMessenger, "send_by", dies)
    with pytest.raises(KeyboardInterrupt):
        dialog.says(AN, THEFT)
    for _ in range(3):
        clock.advance(LEASE)
        app.worker.drain()

    row = receipt(app)
    assert (row.state, row.delivery_method, row.error) == ("unknown", "template", "")
    assert times_sent(app, chat) == [1]


def test_the_failure_desk_tells_of_a_rung_that_was_cut_off(
    app: App, dialog: Dialog, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever decides reads by which way it may have left, also where nobody knows more."""
    monkeypatch.setattr(MockMessenger, "send", refused)
    monkeypatch.setattr(MockMessenger, "send_by", cut_off)
    with pytest.raises(KeyboardInterrupt):
        dialog.says(AN, THEFT)
    (failure,) = app.failures.troubles(admin, state="unknown")
    assert failure.reason == "By template: The message is on its way, or sending it was interrupted."


def refused(*_: object) -> Receipt:
    raise RecipientUnreachable("the recipient hasn't written for a week")


def cut_off(*_: object) -> Receipt:
    raise KeyboardInterrupt


def test_a_window_lost_after_a_rungs_pause_can_be_asked_about(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock
) -> None:
    """What a template said at an earlier try doesn't keep the next one, by the window, from being looked for."""
    fail(chat, "window_closed", "rate_limit", "lost_answer")
    dialog.says(AN, THEFT)
    wait_out(app, clock)

    assert (receipt(app).state, receipt(app).attempts, receipt(app).proof) == ("delivered", 2, "reconciled")


def test_a_later_try_begins_below(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """A template that has to wait isn't waited for: the window may be open by then."""
    fail(chat, "window_closed", "rate_limit")
    dialog.says(AN, THEFT)
    waiting = receipt(app)
    wait_out(app, clock)

    assert (waiting.state, waiting.due_at >= clock.now()) == ("ready", True)
    assert (receipt(app).state, receipt(app).proof) == ("delivered", "accepted")
    dialog.hears(AN, "Mã tiếp nhận")


def test_a_template_that_keeps_waiting_steps_aside(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """After six tries the conversation goes on, as with any other reply."""
    fail(chat, *["window_closed", "rate_limit"] * 6)
    dialog.says(AN, THEFT)
    dialog.says(AN, "TRO GIUP")
    for _ in range(5):
        clock.set(receipt(app).due_at)
        app.worker.drain()
    (help,) = outbox(app, "help")

    assert (receipt(app).attempts, receipt(app).state, help.state) == (6, "ready", "delivered")
    assert unpack_sentence(receipt(app).error).startswith(
        "Moved to the end of the queue after 6 attempts. Several delivery methods failed. window: "
    )


def test_patience_ends_as_with_any_other_reply(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """A template that can't be sent for a day has failed."""
    fail(chat, *["window_closed", "rate_limit"] * 300)
    dialog.says(AN, THEFT)
    wait_out(app, clock)

    assert receipt(app).state == "failed"
    assert unpack_sentence(receipt(app).error).startswith(
        f"Gave up after {receipt(app).attempts} attempts. Several delivery methods failed. window: "
    )


def test_a_lease_lost_in_the_window_ends_the_climb(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever took so long that the row counts as lost sends nothing more: others decide by now."""

    def slow(_: MockMessenger, __: OutgoingMessage) -> Receipt:
        clock.advance(LEASE)
        app.internals.context.storage.queues.claim_outbox(clock.now(), LEASE, 10)
        raise RecipientUnreachable("the recipient hasn't written for too long")

    monkeypatch.setattr(MockMessenger, "send", slow)
    chat.says(chat.person(AN), THEFT)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    app.worker.step()

    assert times_sent(app, chat) == [0]
