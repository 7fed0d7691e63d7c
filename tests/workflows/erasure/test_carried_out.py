"""How a wish to be erased is carried out, and what comes in between."""

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


def test_the_worker_carries_it_out(
    app: App, clock: FixedClock, dialog: Dialog, operator: Actor, withdraws: Withdraws
) -> None:
    """Some days after the decision, without anybody's help and not before."""
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
    """It goes on under the decision that stands, portion by portion."""
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
def test_somebody_still_writing(
    *, app: App, dialog: Dialog, operator: Actor, withdraws: Withdraws, monkeypatch: pytest.MonkeyPatch, late: bool
) -> None:
    """What is said in the last moment isn't destroyed unseen; the officer carries it out again."""
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


def test_who_comes_back(
    *, app: App, chat: MockChat, dialog: Dialog, operator: Actor, handler: Actor, withdraws: Withdraws
) -> None:
    """Is somebody new, is heard and answered, and may withdraw once more; the old case can still be read."""
    tip = ended(app, dialog, handler)
    before = app.internals.services.conversations.id_of(Address("oa", Place.PERSON, chat.person(NAME)))
    erased(app, operator, withdraws())
    dialog.says(NAME, "chào")
    back = app.internals.services.conversations.id_of(Address("oa", Place.PERSON, chat.person(NAME)))
    assert (back != before, readable(app, back), readable(app, before)) == (True, True, False)
    assert app.tips.get(handler, tip.id).id == tip.id
    assert app.conversations.history(handler, f"tip:{tip.id}").items
    again = withdraws()
    assert erased(app, operator, again).state is ErasureState.DONE
    assert not readable(app, back)
    assert {message.text for message in messages(app) if message.sender == back} == {""}
    assert app.internals.services.conversations.id_of(Address("oa", Place.PERSON, chat.person(NAME))) == ""


def test_nothing_is_damaged(app: App, dialog: Dialog, operator: Actor, withdraws: Withdraws) -> None:
    """Once they are back and have a new key, everything of before that has their name either opens or was taken out."""
    dialog.says(NAME, "chào")
    erased(app, operator, withdraws())
    dialog.says(NAME, "chào lại")
    assert {"", "chào", "chào lại"} == {message.text for message in messages(app)}
    names = BlobReferences(app.internals.runner, frozenset({bytes(32)}))
    for row in app.internals.context.storage.maintenance.dump():
        names.scan_row(row)
    assert names.unreadable == 0


def test_what_came_between(
    *, app: App, dialog: Dialog, operator: Actor, withdraws: Withdraws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is said after the order and before the purge goes with the rest, and damages nothing when they are back."""
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


def clock_purges(app: App, clock: FixedClock, days: int) -> None:
    """Let days pass, and the clock order what is over and carry out what is due."""
    clock.advance(timedelta(days=days))
    RetentionJobs(app.internals.services).purge_expired()


def keys_left(app: App, wish: Erasure) -> list[str]:
    return [scope for scope in wish.scopes if app.internals.context.storage.keyring.get(scope) is not None]


def test_an_order_that_was_cancelled_before(
    app: App, clock: FixedClock, dialog: Dialog, operator: Actor, withdraws: Withdraws
) -> None:
    """As that of the clock, since they wrote again: nothing of theirs is left once their wish is done."""
    dialog.says(NAME, "chào")
    clock_purges(app, clock, 32)
    dialog.says(NAME, "chào lại")
    clock_purges(app, clock, 8)
    wish = withdraws()
    assert keys_left(app, wish) == [*wish.scopes]
    assert erased(app, operator, wish).state is ErasureState.DONE
    assert keys_left(app, wish) == []


def test_an_order_of_the_clock_that_isnt_due(
    app: App, clock: FixedClock, dialog: Dialog, operator: Actor, withdraws: Withdraws
) -> None:
    """It is replaced by one that is due at once; the worker's round leaves no key."""
    dialog.says(NAME, "chào")
    clock.advance(timedelta(days=26))
    wish = withdraws()
    app.retention.erase(operator, wish.id, rule=RULE, reason=REASON)
    clock_purges(app, clock, 5)
    clock.advance(timedelta(days=2))
    assert app.worker.jobs["carry_out_erasures"].run() == 1
    assert keys_left(app, wish) == []
    assert app.retention.erasure(operator, wish.id).state is ErasureState.DONE


def test_broken_off_between_order_and_purge(
    *, app: App, dialog: Dialog, operator: Actor, withdraws: Withdraws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as a key is there the wish waits, and the next round of the worker goes on."""
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


def test_what_a_person_still_decides_about_stays(
    *, app: App, dialog: Dialog, operator: Actor, handler: Actor, withdraws: Withdraws
) -> None:
    """A message of a case that is kept, which failed; what else went to them is gone."""
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
    left = queues.outbox(conversation=wish.conversation)
    assert row.id in {one.id for one in left}
    assert {one.scope for one in left} == {row.scope}
