"""Settled queue rows don't link a person across cases, and can still be found for their case."""

from datetime import timedelta
from itertools import islice

import pytest
from tests.messaging.conftest import PILOT, THEFT, Appoint, Launch, outbox, read_newest_receipt
from tests.support.conversations import last_conversation

from anninh_core.app import App
from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE, Message, build_conversation_scope
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


def send_two_reports(dialog: Dialog) -> str:
    """Let one person send a greeting and two reports, and return their name."""
    for text in ("chào", THEFT, f"Việc khác: {NOISE}", "HUY"):
        dialog.says(AN, text)
    return AN


def list_delivered_rows(app: App) -> list[OutboxRow]:
    """Return the delivered outbox rows."""
    return [row for row in outbox(app) if row.state is OutboxState.DELIVERED]


def restore_earlier_values(app: App) -> str:
    """Restore in settled rows the values that an earlier version stored, one of them encrypted with the recipient's
    scope, and return the recipient.
    """
    person = last_conversation(app)

    def write_question(uow: UnitOfWork) -> None:
        uow.permit("hoa-lu")
        message = next(iter(uow.context.storage.maintenance.scan(MESSAGE.name)))
        scope = build_conversation_scope(person)
        uow.send(person, "Xin ghi rõ mã", purpose="tip.which", cause=f"message:{message.id}", scope=scope)

    app.internals.runner.run_command(system("router"), "test.send", Permission.INTAKE, write_question)
    app.worker.drain()
    queues = app.internals.context.storage.queues
    messages = {row.id: find_recipient(app.internals.context, row) for row in list_delivered_rows(app)}
    queues.rename_ended(dict.fromkeys((row.id for row in queues.inbox((InboxState.DONE,))), person), messages)
    return person


def collect_person_values(app: App) -> set[str]:
    """Return all unencrypted values of settled queue rows that may name a person."""
    queues = app.internals.context.storage.queues
    events = queues.inbox((InboxState.DONE,), limit=1000)
    return {row.conversation for row in events} | {
        cell for row in outbox(app) if row.state in CLOSED for cell in (row.conversation, row.scope)
    }


def test_ended_rows_have_no_conversation(app: App, dialog: Dialog) -> None:
    """Settled rows have no conversation id in columns or scopes, and different values for different records."""
    send_two_reports(dialog)
    app.worker.drain()
    person = last_conversation(app)
    rows = list_delivered_rows(app)
    assert len({row.cause for row in rows}) > 3
    assert not [cell for cell in collect_person_values(app) if person in cell]
    causes: dict[str, set[str]] = {}
    for row in rows:
        causes.setdefault(row.conversation, set()).add(row.cause)
    assert {len(row_causes) for row_causes in causes.values()} == {1}
    events = app.internals.context.storage.queues.inbox((InboxState.DONE,))
    assert len({row.conversation for row in events}) == len(events)


def test_journal_hash_hides_the_conversation(app: App, dialog: Dialog) -> None:
    """The hash of a row in the journal can't be computed from a conversation id, which the records contain."""
    dialog.says(AN, THEFT)
    row = read_newest_receipt(app)
    lines = app.internals.context.storage.journal.read(limit=10_000)
    rows = (queued for line in lines for queued in entry_from(line.content).queued)
    row_hash = next(queued.row_hash for queued in rows if queued.id == row.id)
    assert row_hash == hash_outbox_row(row, row.conversation)
    assert row_hash != hash_outbox_row(row, last_conversation(app))
    assert row_hash.rpartition(":")[2] != hash_row_with_id(row, last_conversation(app))


def test_quoted_receipt_continues_its_case(app: App, dialog: Dialog, chat: MockChat) -> None:
    """A reply that quotes a receipt joins the receipt's case; if another person quotes the receipt, the reply doesn't
    join.
    """
    send_two_reports(dialog)
    first = outbox(app, "tip.receipt")[0]
    tip = first.cause
    for name in (AN, "Thử Văn Bình"):
        chat.says(chat.person(name), "Tôi nhớ thêm: lúc 23 giờ", reply_to=first.platform_id)
        pump(app, chat)
        message = max(read_messages(app), key=lambda message: message.id)
        assert (message.case == tip) is (name == AN)


def read_messages(app: App) -> list[Message]:
    return [
        app.internals.context.open_record(MESSAGE, record)
        for record in app.internals.context.storage.maintenance.scan(MESSAGE.name)
    ]


def test_failed_delivery_has_its_recipient_again(
    app: App, dialog: Dialog, handler: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that the platform reports as failed has its conversation again until it is resent."""
    dialog.says(AN, THEFT)
    person = last_conversation(app)
    row = read_newest_receipt(app)
    report = DeliveryReport("oa", row.platform_id, DeliveryNews.FAILED, row.due_at)
    with monkeypatch.context() as patch:
        patch.setattr(MockMessenger, "parse", lambda *_: [report])
        dialog.says("Thử Thị Bình", "báo lỗi")
    assert read_newest_receipt(app).conversation == person
    app.failures.resend(handler, row.id)
    app.worker.drain()
    assert read_newest_receipt(app).state is OutboxState.DELIVERED
    assert is_recipient(app.internals.context.names, person, read_newest_receipt(app))
    assert read_newest_receipt(app).conversation != person


def test_ledger_names_stay_the_same(app: App, dialog: Dialog, handler: Actor, admin: Actor, launch: Launch) -> None:
    """The ledger shows a resident by the case's pseudonym, before and after delivery, and shows a group by its
    conversation.
    """
    dialog.says(AN, THEFT)
    row = read_newest_receipt(app)
    rows = app.failures.ledger(handler, row.cause)
    assert {entry.conversation for entry in rows} == {
        app.internals.context.names.pseudonym(last_conversation(app), row.cause)
    }
    group = launch(title=PILOT)
    rows = app.failures.ledger(admin, f"group:{group.id}")
    assert {(entry.state, entry.conversation) for entry in rows} == {(OutboxState.DELIVERED, group.conversation)}


def test_upgrade_renames_old_rows(app: App, dialog: Dialog, appoint: Appoint) -> None:
    """An upgrade removes people from rows of an earlier version, even after an interrupted run, and then has nothing
    left to do.
    """
    operator = appoint("operator")
    send_two_reports(dialog)
    person = restore_earlier_values(app)
    assert person in collect_person_values(app)
    assert build_conversation_scope(person) in collect_person_values(app)
    assert len(list(islice(rename_rows(app.internals.runner, operator, batch=2), 3))) == 3
    assert person in collect_person_values(app)
    list(rename_rows(app.internals.runner, operator, batch=2))
    assert not [cell for cell in collect_person_values(app) if person in cell]
    assert {progress.rewritten for progress in rename_rows(app.internals.runner, operator)} == {0}
    encrypted = [row for row in list_delivered_rows(app) if row.purpose == "tip.which"]
    assert [(row.body, row.scope) for row in encrypted if not row.scope] == [(b"", "")]


def test_given_up_event_keeps_its_conversation(app: App, chat: MockChat, handler: Actor, appoint: Appoint) -> None:
    """An event that was given up keeps its conversation, since its retention period counts from the row."""
    chat.says(chat.person(AN), THEFT)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    queues = app.internals.context.storage.queues
    (row,) = queues.claim_inbox(app.internals.context.clock.now(), timedelta(minutes=2), 1)
    settled = InboxSettled(id=row.id, token=row.token, state=InboxState.FAILED)
    app.internals.runner.apply([ChangeSet(inbox_settled=settled)])
    app.failures.give_up(handler, row.id, "đã gọi")
    list(rename_rows(app.internals.runner, appoint("operator")))
    assert [event.conversation for event in queues.inbox((InboxState.DONE,))] == [row.conversation]
    assert row.conversation.startswith("oa.")
    assert app.internals.context.storage.records.get(CONVERSATION.name, row.conversation) is None
