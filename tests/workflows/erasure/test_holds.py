"""What a legal hold does to a wish to be erased."""

from collections.abc import Collection
from datetime import date

import pytest
from tests.messaging.conftest import THEFT
from tests.workflows.erasure.conftest import DELAY, NAME, REASON, RULE, Withdraws, ended, erased, messages, readable

from anninh_core.app import App
from anninh_core.domain.retention.model import PurgeOrder
from anninh_core.domain.retention.purges import Purges
from anninh_core.domain.retention.rules import ErasureState
from anninh_core.kernel.errors import Refused, WrongStep
from anninh_core.ports.storages.changes import entry_from
from anninh_core.testing import Dialog, FixedClock
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase import Actor


def test_a_hold_forbids_it(app: App, dialog: Dialog, operator: Actor, handler: Actor, withdraws: Withdraws) -> None:
    """A hold on a case of theirs covers who they are and what they said; once it is released, it can be done."""
    tip = ended(app, dialog, handler)
    wish = withdraws()
    hold = app.retention.hold(operator, f"tip:{tip.id}", reason="Điều tra", review_on=date(2031, 1, 1))
    with pytest.raises(WrongStep, match=f"Legal hold {hold.id} on"):
        erased(app, operator, wish)
    entry = entry_from([*app.internals.context.storage.journal.read(limit=10_000)][-1].content)
    assert (entry.action, entry.outcome, entry.actor) == ("withdrawing.erase", "refused", operator.label)
    assert f"Legal hold {hold.id} on" in str(entry.facts["why"])
    assert readable(app, wish.conversation)
    app.retention.release_hold(operator, hold.id)
    with pytest.raises(Refused, match="another officer must order this"):
        erased(app, operator, wish)
    other = UnsafeLocalUsers(app).appoint("Quản trị Hai", "hoa-lu", "operator")
    assert erased(app, other, wish).state is ErasureState.DONE


def test_a_hold_on_the_case_that_theirs_was_merged_into_forbids_it(
    app: App, dialog: Dialog, operator: Actor, handler: Actor, withdraws: Withdraws
) -> None:
    """What others reported of the same thing needs their words too."""
    first = ended(app, dialog, handler, "Thử Thị Bình")
    tip = ended(app, dialog, handler, into=first.id)
    assert tip.merged_into == first.id
    wish = withdraws()
    app.retention.hold(operator, f"tip:{first.id}", reason="Điều tra", review_on=date(2031, 1, 1))
    with pytest.raises(WrongStep, match="has been in force since"):
        erased(app, operator, wish)


def test_a_hold_wins_after_the_decision(
    *, app: App, clock: FixedClock, dialog: Dialog, operator: Actor, handler: Actor, withdraws: Withdraws
) -> None:
    """In the days between; nothing has been destroyed by then, and the worker tries again without an entry."""
    tip = ended(app, dialog, handler)
    wish = withdraws()
    app.retention.erase(operator, wish.id, rule=RULE, reason=REASON)
    app.retention.hold(operator, f"tip:{tip.id}", reason="Điều tra", review_on=date(2031, 1, 1))
    clock.advance(DELAY)
    entries = app.internals.context.storage.journal.head()[0]
    assert app.worker.jobs["carry_out_erasures"].run() == 0
    assert app.internals.context.storage.journal.head()[0] == entries
    assert readable(app, wish.conversation)
    assert THEFT in {message.text for message in messages(app)}
    assert app.retention.erasure(operator, wish.id).state is ErasureState.GRANTED


def test_who_came_back_can_be_held(
    *, app: App, dialog: Dialog, operator: Actor, handler: Actor, withdraws: Withdraws
) -> None:
    """The purge of before is over; what belongs to a case under hold isn't purged again."""
    dialog.says(NAME, "chào")
    erased(app, operator, withdraws())
    tip = ended(app, dialog, handler)
    wish = withdraws()
    app.retention.hold(operator, f"tip:{tip.id}", reason="Điều tra", review_on=date(2031, 1, 1))
    with pytest.raises(WrongStep, match="has been in force since"):
        erased(app, operator, wish)


def test_a_hold_once_the_purge_is_begun(
    *,
    app: App,
    dialog: Dialog,
    operator: Actor,
    handler: Actor,
    withdraws: Withdraws,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is asked for once more right before each key is destroyed; after its release the worker goes on."""
    tip = ended(app, dialog, handler)
    wish = withdraws()
    holds = list[str]()
    finish = Purges.finish_purge

    def late(self: Purges, actor: Actor, scopes: Collection[str]) -> tuple[PurgeOrder, ...]:
        if not holds:
            hold = app.retention.hold(operator, f"tip:{tip.id}", reason="Điều tra", review_on=date(2031, 1, 1))
            holds.append(hold.id)
        return finish(self, actor, scopes)

    with monkeypatch.context() as patched:
        patched.setattr(Purges, "finish_purge", late)
        with pytest.raises(WrongStep, match="has been in force since"):
            erased(app, operator, wish)
    assert readable(app, wish.conversation)
    app.retention.release_hold(operator, holds[0])
    assert app.worker.jobs["carry_out_erasures"].run() == 1
    assert not readable(app, wish.conversation)
