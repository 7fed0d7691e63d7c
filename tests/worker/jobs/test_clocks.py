"""Retention of everything except cases, such as talk, messages, identities and drafts, and of what a case or a person
keeps from being purged.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve
from tests.messaging.conftest import THEFT, Appoint, Launch, journal
from tests.support.conversations import last_conversation
from tests.trust.things import build_content
from tests.worker.jobs.test_retention import report_and_answer

from anninh_core.app import App
from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE
from anninh_core.domain.retention.kind import PURGE_ORDER
from anninh_core.domain.retention.model import PurgeOrder
from anninh_core.domain.tips import TipState
from anninh_core.kernel.errors import DecryptionError, NotFound
from anninh_core.ports.storages.changes import ChangeSet, OutboxSettled, Record
from anninh_core.ports.storages.queues import InboxState, OutboxState
from anninh_core.testing import Dialog, FixedClock, MockChat
from anninh_core.testing.memory import MemoryBlobs, MemoryStorage
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor
from anninh_core.usecase.actor import system
from anninh_core.usecase.encryption.encryptor import build_associated_data
from anninh_core.usecase.kinds import Kind
from anninh_core.vocabulary.messages import Attachment
from anninh_core.worker.jobs.retention import FileRetention, RetentionJobs

DAY = timedelta(days=1)
AN = "Thử Văn An"
BINH = "Thử Văn Bình"
Rounds = Callable[..., list[str]]
"""Type of a function that lets days pass, runs the retention job twice with eight days in between, and returns the
purged scopes.
"""


@pytest.fixture
def retention_rounds(app: App, clock: FixedClock) -> Rounds:
    def run_retention_twice(days: int) -> list[str]:
        before = {order.id: order.done_at for order in read_purge_orders(app)}
        clock.advance(DAY * days)
        RetentionJobs(app.internals.services).purge_expired()
        clock.advance(DAY * 8)
        RetentionJobs(app.internals.services).purge_expired()
        return sorted(
            order.id for order in read_purge_orders(app) if order.done_at and order.done_at != before.get(order.id)
        )

    return run_retention_twice


def read_purge_orders(app: App) -> list[PurgeOrder]:
    records = app.internals.context.storage.maintenance.scan(PURGE_ORDER.name)
    return [app.internals.context.open_record(PURGE_ORDER, record) for record in records]


def list_scope_kinds(scopes: list[str]) -> list[str]:
    return [scope.partition(":")[0] for scope in scopes]


def iter_readable_records(app: App, kind: Kind[Any]) -> Iterator[Record]:
    """Yield the records of a kind that can be decrypted."""
    for record in app.internals.context.storage.maintenance.scan(kind.name):
        try:
            app.internals.context.open_record(kind, record)
        except DecryptionError:
            continue
        yield record


def test_group_talk_is_purged_by_month(
    app: App, clock: FixedClock, dialog: Dialog, launch: Launch, retention_rounds: Rounds
) -> None:
    """A group's talk is purged by month, thirty days after the month's last message; newer talk and its writers
    stay.
    """
    group = launch()
    dialog.says(AN, "Chào bà con", to=group.title)
    clock.advance(DAY * 32)
    dialog.says(AN, "Hôm nay trời đẹp", to=group.title)
    assert len({record.scope for record in iter_readable_records(app, MESSAGE)}) == 2
    purged = retention_rounds(30)
    assert purged == [f"talk:{group.conversation}.2021-09"]
    assert len(list(iter_readable_records(app, MESSAGE))) == 1
    assert len(list(iter_readable_records(app, CONVERSATION))) >= 2
    assert retention_rounds(40) == [f"talk:{group.conversation}.2021-10"]


def test_small_talk_is_purged_with_its_rows(app: App, dialog: Dialog, retention_rounds: Rounds) -> None:
    """Messages that led to no case are purged after thirty days with their replies, but the record that their event was
    received has a retention of its own.
    """
    dialog.says(AN, "chào")
    queues = app.internals.context.storage.queues
    assert queues.outbox() != []
    (conversation,) = list_scope_kinds(purged := retention_rounds(31))
    assert conversation == "conversation"
    assert (list(iter_readable_records(app, MESSAGE)), queues.outbox(), len(queues.inbox([*InboxState]))) == ([], [], 1)
    assert journal(app)[-1].facts["rows"] == 1
    assert [record.scope for record in iter_readable_records(app, CONVERSATION)] == [
        purged[0].replace("conversation:", "identity:")
    ]


def test_failed_reply_outlives_small_talk(app: App, dialog: Dialog, handler: Actor, retention_rounds: Rounds) -> None:
    """A failed reply of an open case stays when small talk of the same conversation is purged, because an officer still
    decides about the reply.
    """
    dialog.says(AN, "chào")
    dialog.says(AN, THEFT)
    (tip,) = app.tips.list(handler).items
    queues = app.internals.context.storage.queues
    (row,) = (row for row in queues.outbox() if row.scope == f"tip:{tip.id}")
    failed = OutboxSettled(
        id=row.id,
        token=None,
        state=OutboxState.FAILED,
        at=app.internals.context.clock.now(),
        error="refused",
        messenger=row.messenger,
        lane=row.lane,
    )
    app.internals.runner.apply([ChangeSet(outbox_settled=failed)])
    assert list_scope_kinds(retention_rounds(31)) == ["conversation"]
    assert [(row.id, row.state) for row in queues.outbox()] == [(row.id, OutboxState.FAILED)]


def test_silent_identity_is_purged_after_two_years(
    app: App, clock: FixedClock, dialog: Dialog, retention_rounds: Rounds
) -> None:
    """A resident's identity is purged two years after their last message, not before."""
    dialog.says(AN, "chào")
    dialog.says(BINH, "chào")
    clock.advance(DAY * 400)
    dialog.says(BINH, "chào các anh")
    assert list_scope_kinds(retention_rounds(329)) == ["conversation", "conversation"]
    assert list_scope_kinds(retention_rounds(1)) == ["identity"]
    assert len(list(iter_readable_records(app, CONVERSATION))) == 1


def test_kept_case_keeps_its_reporter(app: App, dialog: Dialog, handler: Actor, retention_rounds: Rounds) -> None:
    """A reporter's identity is kept as long as a case names them; the case is purged first, and then the identity."""
    report_and_answer(app, dialog, handler, AN)
    assert retention_rounds(1500) == []
    assert list_scope_kinds(retention_rounds(400)) == ["tip"]
    assert list_scope_kinds(retention_rounds(1)) == ["identity"]


def test_open_case_keeps_its_reporter(app: App, dialog: Dialog, handler: Actor, retention_rounds: Rounds) -> None:
    """The identity of a reporter with an open and a purged case is kept with the open case's alarm, and the purged
    case's alarm is purged.
    """
    report_and_answer(app, dialog, handler, AN)
    dialog.says(AN, "Tối qua lại mất trộm ở xóm 3, nhà bà Thử")
    assert len(app.tips.list(handler).items) == 2
    assert list_scope_kinds(retention_rounds(2000)) == ["tip"]
    assert list_scope_kinds(retention_rounds(2000)) == ["alarm"]


def test_new_message_cancels_the_purge(app: App, clock: FixedClock, dialog: Dialog) -> None:
    """A message that arrives between the purge order and the purge cancels the order, because its retention starts
    again.
    """
    dialog.says(AN, "chào")
    clock.advance(DAY * 31)
    jobs = RetentionJobs(app.internals.services)
    jobs.purge_expired()
    assert [order.is_pending for order in read_purge_orders(app)] == [True]
    dialog.says(AN, "chào các anh")
    clock.advance(DAY * 8)
    assert jobs.purge_expired() == 0
    (order,) = read_purge_orders(app)
    assert (order.cancelled_at is not None, len(list(iter_readable_records(app, MESSAGE)))) == (True, 2)
    assert journal(app)[-1].events == ("purge.cancelled",)


def test_message_after_a_purge_has_its_own_retention(app: App, dialog: Dialog, retention_rounds: Rounds) -> None:
    """A message that arrives after a purge is kept for thirty days again, and the purged records break no list."""
    dialog.says(AN, "chào")
    (first,) = retention_rounds(31)
    dialog.says(AN, "chào các anh")
    assert len(list(iter_readable_records(app, MESSAGE))) == 1
    assert retention_rounds(31) == [first]
    assert list(iter_readable_records(app, MESSAGE)) == []


def test_second_purge_order_breaks_no_list(
    app: App, clock: FixedClock, dialog: Dialog, retention_rounds: Rounds
) -> None:
    """While a second purge order waits, records that remain from an earlier purge count as purged."""
    dialog.says(AN, "chào")
    retention_rounds(31)
    dialog.says(AN, "chào các anh")
    clock.advance(DAY * 31)
    RetentionJobs(app.internals.services).purge_expired()
    (pending,) = (order for order in read_purge_orders(app) if order.is_pending)
    assert pending.purged_at is not None
    messages = app.internals.context.iter_readable(
        MESSAGE, app.internals.context.storage.maintenance.scan(MESSAGE.name)
    )
    assert [message.text for message in messages] == ["chào các anh"]


def test_files_are_purged_with_messages(
    app: App, chat: MockChat, dialog: Dialog, launch: Launch, retention_rounds: Rounds
) -> None:
    """A purge of messages deletes their files."""
    group = launch()
    picture = Attachment("image", "a.png", url=chat.file(b"a picture"))
    dialog.says(AN, "Xem này", to=group.title, attachments=[picture])
    assert len(list(app.internals.context.blobs.digests())) == 1
    assert list_scope_kinds(retention_rounds(61)) == ["talk"]
    assert list(app.internals.context.blobs.digests()) == []
    assert journal(app)[-1].facts["files"] == 1


def test_chats_of_officers_and_groups_stay(
    app: App, dialog: Dialog, launch: Launch, appoint: Appoint, retention_rounds: Rounds
) -> None:
    """The identities of officers' and groups' chats are kept as long as they may be written to."""
    group = launch()
    dialog.says(AN, "chào")
    chats = {record.id for record in iter_readable_records(app, CONVERSATION)} - {group.conversation}
    appoint("tip_officer", conversation=chats.pop())
    assert [scope for scope in retention_rounds(1000) if scope.startswith("identity:")] == []


def test_unprocessed_message_keeps_its_sender(
    app: App, dialog: Dialog, retention_rounds: Rounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sender of an unprocessed event is kept, because the event may be a report that an officer has to handle
    first.
    """
    dialog.says(AN, "chào")
    (scope,) = {record.scope for record in iter_readable_records(app, MESSAGE)}
    row = evolve(app.internals.context.storage.queues.inbox([InboxState.DONE])[0], conversation=last_conversation(app))
    queues = app.internals.context.storage.queues
    monkeypatch.setattr(type(queues), "inbox", lambda *_, after="", **__: [] if after else [row])
    assert retention_rounds(31) == []
    monkeypatch.undo()
    assert retention_rounds(1) == [scope]


def test_unpublished_draft_is_purged_after_a_year(app: App, appoint: Appoint, retention_rounds: Rounds) -> None:
    """A draft that was never published is purged after a year."""
    author = appoint("editor")
    item = app.content.write(author, "ninh-hoa", build_content("ninh-hoa"))
    assert retention_rounds(300) == []
    assert retention_rounds(58) == [f"item:{item.id}"]


def test_officer_without_role_is_purged_after_ten_years(
    app: App, clock: FixedClock, appoint: Appoint, retention_rounds: Rounds
) -> None:
    """An officer's record is purged ten years after the end of the last role."""
    officer = appoint("tip_officer")
    app.units.revoke(appoint("steering_chair"), officer.id, "tip_officer", "hoa-lu", last_day=clock.now().date())
    assert retention_rounds(3640) == []
    assert retention_rounds(10) == [f"officer:{officer.id}"]


def test_case_files_are_deleted_before_its_messages(
    *, app: App, clock: FixedClock, chat: MockChat, dialog: Dialog, handler: Actor, appoint: Appoint
) -> None:
    """A case's files are deleted three years after the case ended unless a hold keeps them, and opening a deleted file
    names the reason.
    """
    app.internals.context.blobs = MemoryBlobs(clock)
    dialog.says(AN, THEFT, attachments=[Attachment("image", "a.png", url=chat.file(b"a picture"))])
    (tip,) = app.tips.list(handler).items
    app.tips.triage(handler, tip.id, unit="ninh-hoa", category=tip.category, urgency="ordinary")
    app.tips.settle(handler, tip.id, TipState.UNFOUNDED, answer="Không có cơ sở.", reason="no_evidence")
    app.tips.answer(handler, tip.id)
    app.worker.drain()
    operator = appoint("operator")
    case = f"tip:{tip.id}"
    job = FileRetention(app.internals.services)
    clock.advance(DAY * 1095)
    assert job.delete_expired() == 0
    hold = app.retention.hold(operator, case, reason="Điều tra", review_on=clock.now().date() + DAY)
    clock.advance(DAY)
    assert job.delete_expired() == 0
    app.retention.release_hold(operator, hold.id)
    clock.advance(DAY)
    assert [job.delete_expired(), job.delete_expired()] == [1, 0]
    assert list(app.internals.context.blobs.digests()) == []
    (message,) = app.conversations.history(handler, case).items
    assert message.text == THEFT
    with pytest.raises(NotFound, match="kept_no_longer"):
        app.conversations.attachment(handler, case, message.id)
    clock.advance(DAY)
    assert job.delete_expired() == 0


def test_file_of_another_case_stays(
    *, app: App, clock: FixedClock, chat: MockChat, dialog: Dialog, handler: Actor
) -> None:
    """A picture that belongs to an ended and to an open case is encrypted for each, so that the open case's copy
    stays.
    """
    app.internals.context.blobs = MemoryBlobs(clock)
    picture = Attachment("image", "a.png", url=chat.file(b"a picture"))
    dialog.says(AN, THEFT, attachments=[picture])
    (tip,) = app.tips.list(handler).items
    app.tips.triage(handler, tip.id, unit="ninh-hoa", category=tip.category, urgency="ordinary")
    app.tips.settle(handler, tip.id, TipState.UNFOUNDED, answer="Không có cơ sở.", reason="no_evidence")
    app.tips.answer(handler, tip.id)
    app.worker.drain()
    clock.advance(DAY * 2)
    dialog.says(AN, "Lại mất trộm ở xóm 3, nhà bà Thử", attachments=[picture])
    assert len(app.tips.list(handler).items) == 2
    assert len(list(app.internals.context.blobs.digests())) == 2
    clock.advance(DAY * 1100)
    assert FileRetention(app.internals.services).delete_expired() == 1
    other = next(candidate for candidate in app.tips.list(handler).items if candidate.id != tip.id)
    (message,) = app.conversations.history(handler, f"tip:{other.id}").items
    assert app.conversations.attachment(handler, f"tip:{other.id}", message.id).data == b"a picture"


def encrypt_under_group_key(app: App, group: str) -> str:
    """Encrypt a group's message as earlier versions did, under a single key of the group, and return the message's
    id.
    """
    context = app.internals.context
    storage = app.internals.context.storage
    assert isinstance(storage, MemoryStorage)
    record = next(iter_readable_records(app, MESSAGE))
    body = context.open_body(record)
    key = app.internals.runner.ensure_key(f"conversation:{group}")
    storage.keyring.destroy(record.scope)
    old = evolve(record, scope=key.scope, body=b"")
    storage.tables.records[MESSAGE.name][record.id] = evolve(
        old, body=context.encryptor.encrypt(key, body, build_associated_data(old))
    )
    return record.id


def test_talk_under_group_key_is_purged(
    app: App, clock: FixedClock, dialog: Dialog, launch: Launch, retention_rounds: Rounds
) -> None:
    """Talk that is encrypted under a single key of its group is purged thirty days after its last message, and today's
    talk stays.
    """
    group = launch()
    dialog.says(AN, "Chào bà con", to=group.title)
    encrypt_under_group_key(app, group.conversation)
    clock.advance(DAY * 20)
    dialog.says(AN, "Hôm nay trời đẹp", to=group.title)
    assert retention_rounds(11) == [f"conversation:{group.conversation}"]
    assert len(list(iter_readable_records(app, MESSAGE))) == 1


def test_changed_talk_moves_to_its_months_key(app: App, chat: MockChat, dialog: Dialog, launch: Launch) -> None:
    """If a message that is encrypted under a single key of its group changes, for example when its picture expires, it
    is encrypted under its month's key.
    """
    group = launch()
    dialog.says(AN, "Xem này", to=group.title, attachments=[Attachment("image", "a.png", url=chat.file(b"a picture"))])
    message = encrypt_under_group_key(app, group.conversation)
    run_step(app.internals.services.conversations.lose_attachment, system("delivery"), message, 0, "expired")
    assert [record.scope for record in iter_readable_records(app, MESSAGE)] == [f"talk:{group.conversation}.2021-09"]
