"""Rows of the queues that have ended name nobody across cases, and are found as before by what a case needs."""

from datetime import timedelta
from itertools import islice

import pytest
from tests.messaging.conftest import PILOT, THEFT, Appoint, Launch, outbox, receipt
from tests.support.conversations import last_conversation

from anninh_core.app import App
from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE, Message, conversation_scope
from anninh_core.ports.storages.changes import ChangeSet, InboxSettled, entry_from
from anninh_core.ports.storages.queues import CLOSED, InboxState, OutboxRow, OutboxState
from anninh_core.testing import Dialog, MockChat, MockMessenger, pump
from anninh_core.usecase import Actor, system
from anninh_core.usecase.indexing.queue_names import rename_rows
from anninh_core.usecase.journal.entries import hash_outbox_row, hash_row_with_id
from anninh_core.usecase.outbox_message import find_recipient
from anninh_core.usecase.resident_names import is_recipient
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import DeliveryNews, DeliveryReport
from anninh_core.vocabulary.permissions import Permission

AN = "Thử Văn An"
NOISE = "Quán karaoke đầu xóm 5 mở nhạc rất to đến 2 giờ sáng, cả tuần nay"


def two_cases(dialog: Dialog) -> str:
    """Let one person report two things, and greet before; return their name."""
    for text in ("chào", THEFT, f"Việc khác: {NOISE}", "HUY"):
        dialog.says(AN, text)
    return AN


def ended(app: App) -> list[OutboxRow]:
    """Return the rows that were delivered."""
    return [row for row in outbox(app) if row.state is OutboxState.DELIVERED]


def as_before(app: App) -> str:
    """Give ended rows what an earlier version left in them, one of them sealed by whom it went to; return who."""
    person = last_conversation(app)

    def send(uow: UnitOfWork) -> None:
        uow.permit("hoa-lu")
        message = next(iter(uow.context.storage.maintenance.scan(MESSAGE.name)))
        scope = conversation_scope(person)
        uow.send(person, "Xin ghi rõ mã", purpose="tip.which", cause=f"message:{message.id}", scope=scope)

    app.internals.runner.run_command(system("router"), "test.send", Permission.INTAKE, send)
    app.worker.drain()
    queues = app.internals.context.storage.queues
    messages = {row.id: find_recipient(app.internals.context, row) for row in ended(app)}
    queues.rename_ended(dict.fromkeys((row.id for row in queues.inbox((InboxState.DONE,))), person), messages)
    return person


def cells(app: App) -> set[str]:
    """Return whatever stands in clear in a row of a queue that names somebody."""
    queues = app.internals.context.storage.queues
    events = queues.inbox((InboxState.DONE,), limit=1000)
    return {row.conversation for row in events} | {
        cell for row in outbox(app) if row.state in CLOSED for cell in (row.conversation, row.scope)
    }


def test_ended_rows_have_no_conversation(app: App, dialog: Dialog) -> None:
    """Neither their columns nor their scopes hold the id of the person, or another one for two records."""
    two_cases(dialog)
    app.worker.drain()
    person = last_conversation(app)
    rows = ended(app)
    assert len({row.cause for row in rows}) > 3
    assert not [cell for cell in cells(app) if person in cell]
    causes: dict[str, set[str]] = {}
    for row in rows:
        causes.setdefault(row.conversation, set()).add(row.cause)
    assert {len(of_one) for of_one in causes.values()} == {1}
    events = app.internals.context.storage.queues.inbox((InboxState.DONE,))
    assert len({row.conversation for row in events}) == len(events)


def test_the_journal_lets_nobody_try_ids(app: App, dialog: Dialog) -> None:
    """What the journal says of a row follows from no id of a conversation, which a thief of the records has."""
    dialog.says(AN, THEFT)
    row = receipt(app)
    plain = app.internals.context.storage.journal.read(limit=10_000)
    rows = (queued for line in plain for queued in entry_from(line.content).queued)
    row_hash = next(queued.row_hash for queued in rows if queued.id == row.id)
    assert row_hash == hash_outbox_row(row, row.conversation)
    assert row_hash != hash_outbox_row(row, last_conversation(app))
    assert row_hash.rpartition(":")[2] != hash_row_with_id(row, last_conversation(app))


def test_a_quoted_answer_continues_its_case_and_no_other_s(app: App, dialog: Dialog, chat: MockChat) -> None:
    """A reply to the older of two receipts goes to that case; quoted by somebody else it opens nothing."""
    two_cases(dialog)
    first = outbox(app, "tip.receipt")[0]
    tip = first.cause
    for name in (AN, "Thử Văn Bình"):
        chat.says(chat.person(name), "Tôi nhớ thêm: lúc 23 giờ", reply_to=first.platform_id)
        pump(app, chat)
        message = max(read_messages(app), key=lambda message: message.id)
        assert (message.case == tip) is (name == AN)


def read_messages(app: App) -> list[Message]:
    """Return all messages."""
    return [
        app.internals.context.open_record(MESSAGE, record)
        for record in app.internals.context.storage.maintenance.scan(MESSAGE.name)
    ]


def test_what_the_platform_takes_back_has_its_recipient_again(
    app: App, dialog: Dialog, handler: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands on the failure desk with its conversation, and loses that again once it was sent anew."""
    dialog.says(AN, THEFT)
    person = last_conversation(app)
    row = receipt(app)
    report = DeliveryReport("oa", row.platform_id, DeliveryNews.FAILED, row.due_at)
    with monkeypatch.context() as patch:
        patch.setattr(MockMessenger, "parse", lambda *_: [report])
        dialog.says("Thử Thị Bình", "báo lỗi")
    assert receipt(app).conversation == person
    app.failures.resend(handler, row.id)
    app.worker.drain()
    assert receipt(app).state is OutboxState.DELIVERED
    assert is_recipient(app.internals.context.names, person, receipt(app))
    assert receipt(app).conversation != person


def test_the_ledger_shows_the_same_names(
    app: App, dialog: Dialog, handler: Actor, admin: Actor, launch: Launch
) -> None:
    """A handler sees the resident's name of the case, as before the row was delivered, and of a group its chat."""
    dialog.says(AN, THEFT)
    row = receipt(app)
    shown = app.failures.ledger(handler, row.cause)
    assert {one.conversation for one in shown} == {
        app.internals.context.names.pseudonym(last_conversation(app), row.cause)
    }
    group = launch(title=PILOT)
    shown = app.failures.ledger(admin, f"group:{group.id}")
    assert {(one.state, one.conversation) for one in shown} == {(OutboxState.DELIVERED, group.conversation)}


def test_an_upgrade_renames_what_was_left(app: App, dialog: Dialog, appoint: Appoint) -> None:
    """Rows of an earlier version lose the person, whatever a broken-off run has done; nothing is left to do then."""
    operator = appoint("operator")
    two_cases(dialog)
    person = as_before(app)
    assert person in cells(app)
    assert conversation_scope(person) in cells(app)
    assert len(list(islice(rename_rows(app.internals.runner, operator, batch=2), 3))) == 3
    assert person in cells(app)
    list(rename_rows(app.internals.runner, operator, batch=2))
    assert not [cell for cell in cells(app) if person in cell]
    assert {progress.rewritten for progress in rename_rows(app.internals.runner, operator)} == {0}
    sealed = [row for row in ended(app) if row.purpose == "tip.which"]
    assert [(row.body, row.scope) for row in sealed if not row.scope] == [(b"", "")]


def test_an_event_that_was_given_up_tells_since_when(
    app: App, chat: MockChat, handler: Actor, appoint: Appoint
) -> None:
    """It keeps its conversation, of which there is no record: the clock of the address counts from it."""
    chat.says(chat.person(AN), THEFT)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    queues = app.internals.context.storage.queues
    (row,) = queues.claim_inbox(app.internals.context.clock.now(), timedelta(minutes=2), 1)
    failed = InboxSettled(id=row.id, token=row.token, state=InboxState.FAILED)
    app.internals.runner.apply([ChangeSet(inbox_settled=failed)])
    app.failures.give_up(handler, row.id, "đã gọi")
    list(rename_rows(app.internals.runner, appoint("operator")))
    assert [one.conversation for one in queues.inbox((InboxState.DONE,))] == [row.conversation]
    assert row.conversation.startswith("oa.")
    assert app.internals.context.storage.records.get(CONVERSATION.name, row.conversation) is None
