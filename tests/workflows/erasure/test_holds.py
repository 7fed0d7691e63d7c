"""Legal holds refuse erasures."""

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


def test_hold_refuses_erasure(app: App, dialog: Dialog, operator: Actor, handler: Actor, withdraws: Withdraws) -> None:
    """A hold on a case refuses its reporter's erasure until it is released, and then another officer must order the
    erasure.
    """
    tip = ended(app, dialog, handler)
    request = withdraws()
    hold = app.retention.hold(operator, f"tip:{tip.id}", reason="Điều tra", review_on=date(2031, 1, 1))
    with pytest.raises(WrongStep, match=f"Legal hold {hold.id} on"):
        erased(app, operator, request)
    entry = entry_from([*app.internals.context.storage.journal.read(limit=10_000)][-1].content)
    assert (entry.action, entry.outcome, entry.actor) == ("withdrawing.erase", "refused", operator.label)
    assert f"Legal hold {hold.id} on" in str(entry.facts["why"])
    assert readable(app, request.conversation)
    app.retention.release_hold(operator, hold.id)
    with pytest.raises(Refused, match="another officer must order this"):
        erased(app, operator, request)
    other = UnsafeLocalUsers(app).appoint("Quản trị Hai", "hoa-lu", "operator")
    assert erased(app, other, request).state is ErasureState.DONE


def test_hold_on_merged_case_refuses_erasure(
    app: App, dialog: Dialog, operator: Actor, handler: Actor, withdraws: Withdraws
) -> None:
    """A hold on the case that a reporter's case was merged into refuses their erasure too."""
    first = ended(app, dialog, handler, "Thử Thị Bình")
    tip = ended(app, dialog, handler, into=first.id)
    assert tip.merged_into == first.id
    request = withdraws()
    app.retention.hold(operator, f"tip:{first.id}", reason="Điều tra", review_on=date(2031, 1, 1))
    with pytest.raises(WrongStep, match="has been in force since"):
        erased(app, operator, request)


def test_hold_after_the_decision_stops_erasure(
    *, app: App, clock: FixedClock, dialog: Dialog, operator: Actor, handler: Actor, withdraws: Withdraws
) -> None:
    """A hold between decision and erasure stops the erasure before anything was destroyed, and the worker retries
    without journal entries.
    """
    tip = ended(app, dialog, handler)
    request = withdraws()
    app.retention.erase(operator, request.id, rule=RULE, reason=REASON)
    app.retention.hold(operator, f"tip:{tip.id}", reason="Điều tra", review_on=date(2031, 1, 1))
    clock.advance(DELAY)
    entries = app.internals.context.storage.journal.head()[0]
    assert app.worker.jobs["carry_out_erasures"].run() == 0
    assert app.internals.context.storage.journal.head()[0] == entries
    assert readable(app, request.conversation)
    assert THEFT in {message.text for message in messages(app)}
    assert app.retention.erasure(operator, request.id).state is ErasureState.GRANTED


def test_hold_refuses_a_second_erasure(
    *, app: App, dialog: Dialog, operator: Actor, handler: Actor, withdraws: Withdraws
) -> None:
    """A hold also refuses a second erasure, after the person returned."""
    dialog.says(NAME, "chào")
    erased(app, operator, withdraws())
    tip = ended(app, dialog, handler)
    request = withdraws()
    app.retention.hold(operator, f"tip:{tip.id}", reason="Điều tra", review_on=date(2031, 1, 1))
    with pytest.raises(WrongStep, match="has been in force since"):
        erased(app, operator, request)


def test_hold_during_a_purge_stops_it(
    *,
    app: App,
    dialog: Dialog,
    operator: Actor,
    handler: Actor,
    withdraws: Withdraws,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Holds are checked again right before each key is destroyed, and the worker completes the erasure after their
    release.
    """
    tip = ended(app, dialog, handler)
    request = withdraws()
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
            erased(app, operator, request)
    assert readable(app, request.conversation)
    app.retention.release_hold(operator, holds[0])
    assert app.worker.jobs["carry_out_erasures"].run() == 1
    assert not readable(app, request.conversation)
