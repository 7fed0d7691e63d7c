"""An erasure is carried out some days after its decision, and survives interruptions."""

from datetime import timedelta

import pytest
from tests.workflows.erasure.conftest import (
    DELAY,
    NAME,
    REASON,
    RULE,
    Withdraws,
    erase_resident,
    is_readable,
    read_messages,
    report_and_end,
)

from anninh_core.app import App
from anninh_core.domain.retention.model import Erasure
from anninh_core.domain.retention.rules import ErasureState
from anninh_core.kernel.errors import WrongStep
from anninh_core.ports.storages.changes import ChangeSet, OutboxSettled
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.testing import Dialog, FixedClock, MockChat
from anninh_core.usecase import Actor
from anninh_core.usecase.decision import DECISION
from anninh_core.usecase.files.blob_references import BlobReferences
from anninh_core.usecase.outbox_message import find_recipient
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import Address, Place
from anninh_core.worker.jobs.retention import RetentionJobs
from anninh_core.workflows import erasure


def test_worker_carries_out_an_erasure(
    app: App, clock: FixedClock, dialog: Dialog, operator: Actor, withdraw_function: Withdraws
) -> None:
    """The worker carries out an erasure seven days after the decision, not before."""
    dialog.says(NAME, "chào")
    wish = withdraw_function()
    app.retention.erase(operator, wish.id, rule=RULE, reason=REASON)
    job = app.worker.jobs["carry_out_erasures"]
    assert (job.run(), is_readable(app, wish.conversation)) == (0, True)
    clock.advance(DELAY)
    assert (job.run(), is_readable(app, wish.conversation)) == (1, False)
    assert app.retention.erasure(operator, wish.id).state is ErasureState.DONE


def test_interrupted_erasure_continues(
    app: App, dialog: Dialog, operator: Actor, withdraw_function: Withdraws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interrupted erasure continues under the same decision, one batch after the other."""
    for words in ("chào", "chào lần nữa", "cảm ơn"):
        dialog.says(NAME, words)
    wish = withdraw_function()
    monkeypatch.setattr(erasure, "_BATCH_SIZE", 1)
    monkeypatch.setattr(app.internals.services.retention.erasures, "order_erasure", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        erase_resident(app, operator, wish)
    monkeypatch.undo()
    (granted,) = app.retention.erasures(operator).items
    assert (granted.state, granted.is_pending) == (ErasureState.GRANTED, True)
    assert erase_resident(app, operator, wish).decided_at == granted.decided_at
    assert len([*app.internals.context.storage.maintenance.scan(DECISION.name, 100)]) == 1


@pytest.mark.parametrize("late", [False, True])
def test_message_during_erasure_refuses_it(
    *,
    app: App,
    dialog: Dialog,
    operator: Actor,
    withdraw_function: Withdraws,
    monkeypatch: pytest.MonkeyPatch,
    late: bool,
) -> None:
    """A message that arrives while an erasure is carried out stops the erasure, and the officer can then carry it out
    again.
    """
    dialog.says(NAME, "chào")
    wish = withdraw_function()
    order = erasure.ErasureWorkflow._order_erasure
    words = ["cảm ơn"]

    def receive_and_erase(self: erasure.ErasureWorkflow, uow: UnitOfWork, *, id: str) -> Erasure:
        if words and not late:
            dialog.says(NAME, words.pop())
        done = order(self, uow, id=id)
        if words:
            dialog.says(NAME, words.pop())
        return done

    monkeypatch.setattr(erasure.ErasureWorkflow, "_order_erasure", receive_and_erase)
    with pytest.raises(WrongStep, match="covers has just arrived: carry it out again with"):
        erase_resident(app, operator, wish)
    assert is_readable(app, wish.conversation)
    assert erase_resident(app, operator, wish).state is ErasureState.DONE
    assert {message.text for message in read_messages(app) if message.sender == wish.conversation} == {""}


def test_returning_resident_is_a_new_person(
    *, app: App, chat: MockChat, dialog: Dialog, operator: Actor, handler: Actor, withdraw_function: Withdraws
) -> None:
    """A resident who returns after an erasure is a new person who can withdraw again, and the old case stays
    readable.
    """
    tip = report_and_end(app, dialog, handler)
    old_conversation = app.internals.services.conversations.id_of(Address("oa", Place.PERSON, chat.person(NAME)))
    erase_resident(app, operator, withdraw_function())
    dialog.says(NAME, "chào")
    new_conversation = app.internals.services.conversations.id_of(Address("oa", Place.PERSON, chat.person(NAME)))
    assert (
        new_conversation != old_conversation,
        is_readable(app, new_conversation),
        is_readable(app, old_conversation),
    ) == (
        True,
        True,
        False,
    )
    assert app.tips.get(handler, tip.id).id == tip.id
    assert app.conversations.history(handler, f"tip:{tip.id}").items
    second_request = withdraw_function()
    assert erase_resident(app, operator, second_request).state is ErasureState.DONE
    assert not is_readable(app, new_conversation)
    assert {message.text for message in read_messages(app) if message.sender == new_conversation} == {""}
    assert app.internals.services.conversations.id_of(Address("oa", Place.PERSON, chat.person(NAME))) == ""


def test_return_after_erasure_damages_nothing(
    app: App, dialog: Dialog, operator: Actor, withdraw_function: Withdraws
) -> None:
    """After an erased resident returns with a new key, every record with their name either can be decrypted or was
    removed.
    """
    dialog.says(NAME, "chào")
    erase_resident(app, operator, withdraw_function())
    dialog.says(NAME, "chào lại")
    assert {"", "chào", "chào lại"} == {message.text for message in read_messages(app)}
    references = BlobReferences(app.internals.runner, frozenset({bytes(32)}))
    for row in app.internals.context.storage.maintenance.dump():
        references.scan_row(row)
    assert references.unreadable == 0


def test_message_before_the_purge_is_purged(
    *, app: App, dialog: Dialog, operator: Actor, withdraw_function: Withdraws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that arrives between the purge order and the purge is purged too, and damages nothing when the resident
    returns.
    """
    dialog.says(NAME, "chào")
    wish = withdraw_function()
    purge = app.retention.purge
    with monkeypatch.context() as patched:
        patched.setattr(type(app.internals.services.retention.purges), "purge", lambda *_, **__: ())
        with pytest.raises(WrongStep, match="was ordered, but part of it isn't destroyed yet: carry it out"):
            erase_resident(app, operator, wish)
        dialog.says(NAME, "cảm ơn")
    purge(operator)
    dialog.says(NAME, "chào lại")
    assert [message.text for message in read_messages(app) if message.sender == wish.conversation] == [""]
    assert "cảm ơn" not in [message.text for message in read_messages(app)]
    assert read_messages(app)[-1].text == "chào lại"
    assert withdraw_function().is_pending


def advance_and_purge(app: App, clock: FixedClock, days: int) -> None:
    """Let days pass, and run the retention job."""
    clock.advance(timedelta(days=days))
    RetentionJobs(app.internals.services).purge_expired()


def list_remaining_keys(app: App, wish: Erasure) -> list[str]:
    return [scope for scope in wish.scopes if app.internals.context.storage.keyring.get(scope) is not None]


def test_erasure_replaces_a_cancelled_order(
    app: App, clock: FixedClock, dialog: Dialog, operator: Actor, withdraw_function: Withdraws
) -> None:
    """An erasure destroys every key of the person, even if an earlier purge order of the retention job was
    cancelled.
    """
    dialog.says(NAME, "chào")
    advance_and_purge(app, clock, 32)
    dialog.says(NAME, "chào lại")
    advance_and_purge(app, clock, 8)
    wish = withdraw_function()
    assert list_remaining_keys(app, wish) == [*wish.scopes]
    assert erase_resident(app, operator, wish).state is ErasureState.DONE
    assert list_remaining_keys(app, wish) == []


def test_erasure_replaces_a_pending_order(
    app: App, clock: FixedClock, dialog: Dialog, operator: Actor, withdraw_function: Withdraws
) -> None:
    """An erasure replaces the retention job's purge order by one that is due at once, so that the worker's next round
    leaves no key.
    """
    dialog.says(NAME, "chào")
    clock.advance(timedelta(days=26))
    wish = withdraw_function()
    app.retention.erase(operator, wish.id, rule=RULE, reason=REASON)
    advance_and_purge(app, clock, 5)
    clock.advance(timedelta(days=2))
    assert app.worker.jobs["carry_out_erasures"].run() == 1
    assert list_remaining_keys(app, wish) == []
    assert app.retention.erasure(operator, wish.id).state is ErasureState.DONE


def test_crashed_erasure_is_completed_by_the_worker(
    *, app: App, dialog: Dialog, operator: Actor, withdraw_function: Withdraws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An erasure that crashed between order and purge stays granted as long as a key exists, and the worker's next
    round completes it.
    """
    dialog.says(NAME, "chào")
    wish = withdraw_function()
    with monkeypatch.context() as broken:
        broken.setattr(type(app.internals.services.retention.purges), "finish_purge", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            erase_resident(app, operator, wish)
    assert app.retention.erasure(operator, wish.id).state is ErasureState.GRANTED
    assert list_remaining_keys(app, wish) == [*wish.scopes]
    assert app.worker.jobs["carry_out_erasures"].run() == 1
    assert list_remaining_keys(app, wish) == []
    assert app.retention.erasure(operator, wish.id).state is ErasureState.DONE


def test_undecided_failure_outlives_erasure(
    *, app: App, dialog: Dialog, operator: Actor, handler: Actor, withdraw_function: Withdraws
) -> None:
    """A failed message of a case that is kept stays after its reporter's erasure; other messages to the reporter are
    purged.
    """
    dialog.says(NAME, "chào")
    tip = report_and_end(app, dialog, handler)
    queues = app.internals.context.storage.queues
    row = next(row for row in queues.outbox() if row.scope == f"tip:{tip.id}")
    failed = OutboxSettled(
        id=row.id,
        token=None,
        state=OutboxState.FAILED,
        at=app.internals.context.clock.now(),
        error="revoked",
        messenger=row.messenger,
        lane=row.lane,
        conversation=find_recipient(app.internals.context, row),
    )
    app.internals.runner.apply([ChangeSet(outbox_settled=failed)])
    wish = withdraw_function()
    erase_resident(app, operator, wish)
    rows = queues.outbox(conversation=wish.conversation)
    assert row.id in {outbox_row.id for outbox_row in rows}
    assert {outbox_row.scope for outbox_row in rows} == {row.scope}
