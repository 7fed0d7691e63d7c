"""How an erasure is carried out, and what may interrupt it."""

from datetime import timedelta

import pytest
from tests.workflows.erasure.conftest import DELAY, NAME, REASON, RULE, Withdraws, ended, erased, messages, readable

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
    app: App, clock: FixedClock, dialog: Dialog, operator: Actor, withdraws: Withdraws
) -> None:
    """The worker carries out an erasure seven days after the decision, not before."""
    dialog.says(NAME, "chào")
    wish = withdraws()
    app.retention.erase(operator, wish.id, rule=RULE, reason=REASON)
    job = app.worker.jobs["carry_out_erasures"]
    assert (job.run(), readable(app, wish.conversation)) == (0, True)
    clock.advance(DELAY)
    assert (job.run(), readable(app, wish.conversation)) == (1, False)
    assert app.retention.erasure(operator, wish.id).state is ErasureState.DONE


def test_interrupted_erasure_continues(
    app: App, dialog: Dialog, operator: Actor, withdraws: Withdraws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interrupted erasure continues under the same decision, batch by batch."""
    for words in ("chào", "chào lần nữa", "cảm ơn"):
        dialog.says(NAME, words)
    wish = withdraws()
    monkeypatch.setattr(erasure, "_BATCH_SIZE", 1)
    monkeypatch.setattr(app.internals.services.retention.erasures, "order_erasure", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        erased(app, operator, wish)
    monkeypatch.undo()
    (granted,) = app.retention.erasures(operator).items
    assert (granted.state, granted.is_pending) == (ErasureState.GRANTED, True)
    assert erased(app, operator, wish).decided_at == granted.decided_at
    assert len([*app.internals.context.storage.maintenance.scan(DECISION.name, 100)]) == 1


@pytest.mark.parametrize("late", [False, True])
def test_message_during_erasure_refuses_it(
    *, app: App, dialog: Dialog, operator: Actor, withdraws: Withdraws, monkeypatch: pytest.MonkeyPatch, late: bool
) -> None:
    """A message that arrives during an erasure refuses it, and the officer carries it out again."""
    dialog.says(NAME, "chào")
    wish = withdraws()
    order = erasure.ErasureWorkflow._order_erasure
    words = ["cảm ơn"]

    def meanwhile(self: erasure.ErasureWorkflow, uow: UnitOfWork, *, id: str) -> Erasure:
        if words and not late:
            dialog.says(NAME, words.pop())
        done = order(self, uow, id=id)
        if words:
            dialog.says(NAME, words.pop())
        return done

    monkeypatch.setattr(erasure.ErasureWorkflow, "_order_erasure", meanwhile)
    with pytest.raises(WrongStep, match="covers has just arrived: carry it out again with"):
        erased(app, operator, wish)
    assert readable(app, wish.conversation)
    assert erased(app, operator, wish).state is ErasureState.DONE
    assert {message.text for message in messages(app) if message.sender == wish.conversation} == {""}


def test_returning_resident_is_a_new_person(
    *, app: App, chat: MockChat, dialog: Dialog, operator: Actor, handler: Actor, withdraws: Withdraws
) -> None:
    """A resident who returns after an erasure is a new person who can withdraw again, and the old case stays
    readable.
    """
    tip = ended(app, dialog, handler)
    old_conversation = app.internals.services.conversations.id_of(Address("oa", Place.PERSON, chat.person(NAME)))
    erased(app, operator, withdraws())
    dialog.says(NAME, "chào")
    new_conversation = app.internals.services.conversations.id_of(Address("oa", Place.PERSON, chat.person(NAME)))
    assert (new_conversation != old_conversation, readable(app, new_conversation), readable(app, old_conversation)) == (
        True,
        True,
        False,
    )
    assert app.tips.get(handler, tip.id).id == tip.id
    assert app.conversations.history(handler, f"tip:{tip.id}").items
    second_request = withdraws()
    assert erased(app, operator, second_request).state is ErasureState.DONE
    assert not readable(app, new_conversation)
    assert {message.text for message in messages(app) if message.sender == new_conversation} == {""}
    assert app.internals.services.conversations.id_of(Address("oa", Place.PERSON, chat.person(NAME))) == ""


def test_return_after_erasure_damages_nothing(app: App, dialog: Dialog, operator: Actor, withdraws: Withdraws) -> None:
    """After an erased resident returns with a new key, every record with their name either opens or was removed."""
    dialog.says(NAME, "chào")
    erased(app, operator, withdraws())
    dialog.says(NAME, "chào lại")
    assert {"", "chào", "chào lại"} == {message.text for message in messages(app)}
    references = BlobReferences(app.internals.runner, frozenset({bytes(32)}))
    for row in app.internals.context.storage.maintenance.dump():
        references.scan_row(row)
    assert references.unreadable == 0


def test_message_before_the_purge_is_purged(
    *, app: App, dialog: Dialog, operator: Actor, withdraws: Withdraws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message between the order and the purge is purged too, and damages nothing when the resident returns."""
    dialog.says(NAME, "chào")
    wish = withdraws()
    purge = app.retention.purge
    with monkeypatch.context() as patched:
        patched.setattr(type(app.internals.services.retention.purges), "purge", lambda *_, **__: ())
        with pytest.raises(WrongStep, match="was ordered, but part of it isn't destroyed yet: carry it out"):
            erased(app, operator, wish)
        dialog.says(NAME, "cảm ơn")
    purge(operator)
    dialog.says(NAME, "chào lại")
    assert [message.text for message in messages(app) if message.sender == wish.conversation] == [""]
    assert "cảm ơn" not in [message.text for message in messages(app)]
    assert messages(app)[-1].text == "chào lại"
    assert withdraws().is_pending


def advance_and_purge(app: App, clock: FixedClock, days: int) -> None:
    """Let days pass, and run the retention job."""
    clock.advance(timedelta(days=days))
    RetentionJobs(app.internals.services).purge_expired()


def keys_left(app: App, wish: Erasure) -> list[str]:
    return [scope for scope in wish.scopes if app.internals.context.storage.keyring.get(scope) is not None]


def test_erasure_replaces_a_cancelled_order(
    app: App, clock: FixedClock, dialog: Dialog, operator: Actor, withdraws: Withdraws
) -> None:
    """An erasure purges every key, also if an earlier purge order of the retention job was cancelled."""
    dialog.says(NAME, "chào")
    advance_and_purge(app, clock, 32)
    dialog.says(NAME, "chào lại")
    advance_and_purge(app, clock, 8)
    wish = withdraws()
    assert keys_left(app, wish) == [*wish.scopes]
    assert erased(app, operator, wish).state is ErasureState.DONE
    assert keys_left(app, wish) == []


def test_erasure_replaces_a_pending_order(
    app: App, clock: FixedClock, dialog: Dialog, operator: Actor, withdraws: Withdraws
) -> None:
    """An erasure replaces the retention job's order by one that is due at once, so that the worker's round leaves no
    key.
    """
    dialog.says(NAME, "chào")
    clock.advance(timedelta(days=26))
    wish = withdraws()
    app.retention.erase(operator, wish.id, rule=RULE, reason=REASON)
    advance_and_purge(app, clock, 5)
    clock.advance(timedelta(days=2))
    assert app.worker.jobs["carry_out_erasures"].run() == 1
    assert keys_left(app, wish) == []
    assert app.retention.erasure(operator, wish.id).state is ErasureState.DONE


def test_crashed_erasure_is_completed_by_the_worker(
    *, app: App, dialog: Dialog, operator: Actor, withdraws: Withdraws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An erasure that crashed between order and purge stays granted while a key exists, and the worker's next round
    completes it.
    """
    dialog.says(NAME, "chào")
    wish = withdraws()
    with monkeypatch.context() as broken:
        broken.setattr(type(app.internals.services.retention.purges), "finish_purge", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            erased(app, operator, wish)
    assert app.retention.erasure(operator, wish.id).state is ErasureState.GRANTED
    assert keys_left(app, wish) == [*wish.scopes]
    assert app.worker.jobs["carry_out_erasures"].run() == 1
    assert keys_left(app, wish) == []
    assert app.retention.erasure(operator, wish.id).state is ErasureState.DONE


def test_undecided_failure_outlives_erasure(
    *, app: App, dialog: Dialog, operator: Actor, handler: Actor, withdraws: Withdraws
) -> None:
    """A failed message of a kept case stays after its reporter's erasure, and other messages to the reporter are
    purged.
    """
    dialog.says(NAME, "chào")
    tip = ended(app, dialog, handler)
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
    wish = withdraws()
    erased(app, operator, wish)
    rows = queues.outbox(conversation=wish.conversation)
    assert row.id in {outbox_row.id for outbox_row in rows}
    assert {outbox_row.scope for outbox_row in rows} == {row.scope}
