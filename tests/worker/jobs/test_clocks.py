"""What goes by the clock beside cases: talk, words, identities, drafts; and what a case or a person keeps."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve
from tests.messaging.conftest import THEFT, Appoint, Launch, journal
from tests.support.conversations import last_conversation
from tests.trust.things import piece
from tests.worker.jobs.test_retention import told

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
from anninh_core.usecase.encryption.encryptor import associated_data
from anninh_core.usecase.kinds import Kind
from anninh_core.vocabulary.messages import Attachment
from anninh_core.worker.jobs.retention import FileClock, RetentionJobs

DAY = timedelta(days=1)
AN = "Thử Văn An"
BINH = "Thử Văn Bình"
Rounds = Callable[..., list[str]]
"""Called with days that pass first; lets the clock order, wait and purge, and returns what it purged."""


@pytest.fixture
def rounds(app: App, clock: FixedClock) -> Rounds:
    def run(days: int) -> list[str]:
        before = {order.id: order.done_at for order in orders(app)}
        clock.advance(DAY * days)
        RetentionJobs(app.internals.services).purge_expired()
        clock.advance(DAY * 8)
        RetentionJobs(app.internals.services).purge_expired()
        return sorted(one.id for one in orders(app) if one.done_at and one.done_at != before.get(one.id))

    return run


def orders(app: App) -> list[PurgeOrder]:
    records = app.internals.context.storage.maintenance.scan(PURGE_ORDER.name)
    return [app.internals.context.open_record(PURGE_ORDER, record) for record in records]


def kinds_of(scopes: list[str]) -> list[str]:
    return [scope.partition(":")[0] for scope in scopes]


def readable(app: App, kind: Kind[Any]) -> Iterator[Record]:
    """Yield the records of a kind that can be opened."""
    for record in app.internals.context.storage.maintenance.scan(kind.name):
        try:
            app.internals.context.open_record(kind, record)
        except DecryptionError:
            continue
        yield record


def test_group_talk_goes_first_a_month_at_a_time(
    app: App, clock: FixedClock, dialog: Dialog, launch: Launch, rounds: Rounds
) -> None:
    """Thirty days after the last of the month; what was said since stays, and so does who said it."""
    group = launch()
    dialog.says(AN, "Chào bà con", to=group.title)
    clock.advance(DAY * 32)
    dialog.says(AN, "Hôm nay trời đẹp", to=group.title)
    assert len({record.scope for record in readable(app, MESSAGE)}) == 2
    gone = rounds(30)
    assert gone == [f"talk:{group.conversation}.2021-09"]
    assert len(list(readable(app, MESSAGE))) == 1
    assert len(list(readable(app, CONVERSATION))) >= 2
    assert rounds(40) == [f"talk:{group.conversation}.2021-10"]


def test_small_talk_goes_with_its_words_and_rows(app: App, dialog: Dialog, rounds: Rounds) -> None:
    """What became nothing goes after thirty days, with the answer to it; the mark of its event has days of its own."""
    dialog.says(AN, "chào")
    queues = app.internals.context.storage.queues
    assert queues.outbox() != []
    (conversation,) = kinds_of(gone := rounds(31))
    assert conversation == "conversation"
    assert (list(readable(app, MESSAGE)), queues.outbox(), len(queues.inbox([*InboxState]))) == ([], [], 1)
    assert journal(app)[-1].facts["rows"] == 1
    assert [record.scope for record in readable(app, CONVERSATION)] == [gone[0].replace("conversation:", "identity:")]


def test_an_answer_that_failed_outlives_small_talk(app: App, dialog: Dialog, handler: Actor, rounds: Rounds) -> None:
    """It belongs to a case that is open, and a person still decides about it; only what became nothing goes."""
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
    assert kinds_of(rounds(31)) == ["conversation"]
    assert [(row.id, row.state) for row in queues.outbox()] == [(row.id, OutboxState.FAILED)]


def test_an_identity_goes_when_nothing_was_heard_for_two_years(
    app: App, clock: FixedClock, dialog: Dialog, rounds: Rounds
) -> None:
    """Not before; one who wrote meanwhile stays."""
    dialog.says(AN, "chào")
    dialog.says(BINH, "chào")
    clock.advance(DAY * 400)
    dialog.says(BINH, "chào các anh")
    assert kinds_of(rounds(329)) == ["conversation", "conversation"]
    assert kinds_of(rounds(1)) == ["identity"]
    assert len(list(readable(app, CONVERSATION))) == 1


def test_a_kept_case_keeps_who_told_of_it(app: App, dialog: Dialog, handler: Actor, rounds: Rounds) -> None:
    """As long as a case names them, however long ago; the words go with it, and then who said them."""
    told(app, dialog, handler, AN)
    assert rounds(1500) == []
    assert kinds_of(rounds(400)) == ["tip"]
    assert kinds_of(rounds(1)) == ["identity"]


def test_who_has_one_case_open_and_one_purged_is_known(
    app: App, dialog: Dialog, handler: Actor, rounds: Rounds
) -> None:
    """The open one needs them, and so does its notice; that of the purged one has had its time."""
    told(app, dialog, handler, AN)
    dialog.says(AN, "Tối qua lại mất trộm ở xóm 3, nhà bà Thử")
    assert len(app.tips.list(handler).items) == 2
    assert kinds_of(rounds(2000)) == ["tip"]
    assert kinds_of(rounds(2000)) == ["alarm"]


def test_who_writes_between_order_and_deed_stays(app: App, clock: FixedClock, dialog: Dialog) -> None:
    """The order is cancelled, because its clock began anew."""
    dialog.says(AN, "chào")
    clock.advance(DAY * 31)
    jobs = RetentionJobs(app.internals.services)
    jobs.purge_expired()
    assert [order.is_pending for order in orders(app)] == [True]
    dialog.says(AN, "chào các anh")
    clock.advance(DAY * 8)
    assert jobs.purge_expired() == 0
    (order,) = orders(app)
    assert (order.cancelled_at is not None, len(list(readable(app, MESSAGE)))) == (True, 2)
    assert journal(app)[-1].events == ("purge.cancelled",)


def test_who_comes_back_after_a_purge_has_a_clock_of_their_own(app: App, dialog: Dialog, rounds: Rounds) -> None:
    """What they write then is kept thirty days again; what is left of before disturbs no list meanwhile."""
    dialog.says(AN, "chào")
    (first,) = rounds(31)
    dialog.says(AN, "chào các anh")
    assert len(list(readable(app, MESSAGE))) == 1
    assert rounds(31) == [first]
    assert list(readable(app, MESSAGE)) == []


def test_between_the_second_order_and_its_deed_lists_go_on(
    app: App, clock: FixedClock, dialog: Dialog, rounds: Rounds
) -> None:
    """What an earlier purge left behind is still known as purged."""
    dialog.says(AN, "chào")
    rounds(31)
    dialog.says(AN, "chào các anh")
    clock.advance(DAY * 31)
    RetentionJobs(app.internals.services).purge_expired()
    (pending,) = (order for order in orders(app) if order.is_pending)
    assert pending.purged_at is not None
    messages = app.internals.context.iter_readable(
        MESSAGE, app.internals.context.storage.maintenance.scan(MESSAGE.name)
    )
    assert [said.text for said in messages] == ["chào các anh"]


def test_files_go_with_the_words(app: App, chat: MockChat, dialog: Dialog, launch: Launch, rounds: Rounds) -> None:
    """They are deleted, not only unreadable."""
    group = launch()
    picture = Attachment("image", "a.png", url=chat.file(b"a picture"))
    dialog.says(AN, "Xem này", to=group.title, attachments=[picture])
    assert len(list(app.internals.context.blobs.digests())) == 1
    assert kinds_of(rounds(61)) == ["talk"]
    assert list(app.internals.context.blobs.digests()) == []
    assert journal(app)[-1].facts["files"] == 1


def test_an_officers_and_a_groups_chat_stay(
    app: App, dialog: Dialog, launch: Launch, appoint: Appoint, rounds: Rounds
) -> None:
    """Whoever must be reached is known for as long as they are."""
    group = launch()
    dialog.says(AN, "chào")
    chats = {record.id for record in readable(app, CONVERSATION)} - {group.conversation}
    appoint("tip_officer", conversation=chats.pop())
    assert [scope for scope in rounds(1000) if scope.startswith("identity:")] == []


def test_a_message_that_isnt_processed_keeps_its_sender(
    app: App, dialog: Dialog, rounds: Rounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be a report; a person sees to it first."""
    dialog.says(AN, "chào")
    (scope,) = {record.scope for record in readable(app, MESSAGE)}
    row = evolve(app.internals.context.storage.queues.inbox([InboxState.DONE])[0], conversation=last_conversation(app))
    queues = app.internals.context.storage.queues
    monkeypatch.setattr(type(queues), "inbox", lambda *_, after="", **__: [] if after else [row])
    assert rounds(31) == []
    monkeypatch.undo()
    assert rounds(1) == [scope]


def test_a_draft_that_was_never_published_goes_after_a_year(app: App, appoint: Appoint, rounds: Rounds) -> None:
    """Nobody publishes it any more."""
    author = appoint("editor")
    item = app.content.write(author, "ninh-hoa", piece("ninh-hoa"))
    assert rounds(300) == []
    assert rounds(58) == [f"item:{item.id}"]


def test_who_left_long_ago_is_forgotten(app: App, clock: FixedClock, appoint: Appoint, rounds: Rounds) -> None:
    """An officer's record goes ten years after the last role, one with a role never."""
    officer = appoint("tip_officer")
    app.units.revoke(appoint("steering_chair"), officer.id, "tip_officer", "hoa-lu", last_day=clock.now().date())
    assert rounds(3640) == []
    assert rounds(10) == [f"officer:{officer.id}"]


def test_files_of_a_case_go_before_its_words(
    *, app: App, clock: FixedClock, chat: MockChat, dialog: Dialog, handler: Actor, appoint: Appoint
) -> None:
    """Three years after the case ended, to the day; a hold keeps them, and whoever asks is told why they are gone."""
    app.internals.context.blobs = MemoryBlobs(clock)
    dialog.says(AN, THEFT, attachments=[Attachment("image", "a.png", url=chat.file(b"a picture"))])
    (tip,) = app.tips.list(handler).items
    app.tips.triage(handler, tip.id, unit="ninh-hoa", category=tip.category, urgency="ordinary")
    app.tips.settle(handler, tip.id, TipState.UNFOUNDED, answer="Không có cơ sở.", reason="no_evidence")
    app.tips.answer(handler, tip.id)
    app.worker.drain()
    operator = appoint("operator")
    case = f"tip:{tip.id}"
    job = FileClock(app.internals.services)
    clock.advance(DAY * 1095)
    assert job.delete_expired() == 0
    hold = app.retention.hold(operator, case, reason="Điều tra", review_on=clock.now().date() + DAY)
    clock.advance(DAY)
    assert job.delete_expired() == 0
    app.retention.release_hold(operator, hold.id)
    clock.advance(DAY)
    assert [job.delete_expired(), job.delete_expired()] == [1, 0]
    assert list(app.internals.context.blobs.digests()) == []
    (said,) = app.conversations.history(handler, case).items
    assert said.text == THEFT
    with pytest.raises(NotFound, match="kept_no_longer"):
        app.conversations.attachment(handler, case, said.id)
    clock.advance(DAY)
    assert job.delete_expired() == 0


def test_a_file_that_another_case_needs_stays(
    *, app: App, clock: FixedClock, chat: MockChat, dialog: Dialog, handler: Actor
) -> None:
    """The same picture, sent for a case that is over and for one that isn't, is sealed by each of them."""
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
    assert FileClock(app.internals.services).delete_expired() == 1
    other = next(one for one in app.tips.list(handler).items if one.id != tip.id)
    (said,) = app.conversations.history(handler, f"tip:{other.id}").items
    assert app.conversations.attachment(handler, f"tip:{other.id}", said.id).data == b"a picture"


def seal_as_before(app: App, group: str) -> str:
    """Seal what was said in a group as earlier versions did, under one key of the group; return a message's id."""
    context = app.internals.context
    storage = app.internals.context.storage
    assert isinstance(storage, MemoryStorage)
    record = next(readable(app, MESSAGE))
    body = context.open_body(record)
    key = app.internals.runner.ensure_key(f"conversation:{group}")
    storage.keyring.destroy(record.scope)
    old = evolve(record, scope=key.scope, body=b"")
    storage.tables.records[MESSAGE.name][record.id] = evolve(
        old, body=context.encryptor.encrypt(key, body, associated_data(old))
    )
    return record.id


def test_talk_of_before_months_had_keys(
    app: App, clock: FixedClock, dialog: Dialog, launch: Launch, rounds: Rounds
) -> None:
    """It goes thirty days after the last of it, beside talk of today that stays."""
    group = launch()
    dialog.says(AN, "Chào bà con", to=group.title)
    seal_as_before(app, group.conversation)
    clock.advance(DAY * 20)
    dialog.says(AN, "Hôm nay trời đẹp", to=group.title)
    assert rounds(11) == [f"conversation:{group.conversation}"]
    assert len(list(readable(app, MESSAGE))) == 1


def test_talk_of_before_months_had_keys_is_still_changed(
    app: App, chat: MockChat, dialog: Dialog, launch: Launch
) -> None:
    """As when a picture comes late that was said before the upgrade: it is sealed anew, under its month."""
    group = launch()
    dialog.says(AN, "Xem này", to=group.title, attachments=[Attachment("image", "a.png", url=chat.file(b"a picture"))])
    message = seal_as_before(app, group.conversation)
    run_step(app.internals.services.conversations.lose_attachment, system("delivery"), message, 0, "expired")
    assert [record.scope for record in readable(app, MESSAGE)] == [f"talk:{group.conversation}.2021-09"]
