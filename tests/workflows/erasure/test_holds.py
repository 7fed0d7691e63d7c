"""While a legal hold exists, erasures are refused."""

from collections.abc import Collection
from datetime import date

import pytest
from tests.messaging.conftest import THEFT
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
from anninh_core.domain.retention.model import PurgeOrder
from anninh_core.domain.retention.purges import Purges
from anninh_core.domain.retention.rules import ErasureState
from anninh_core.kernel.errors import Refused, WrongStep
from anninh_core.ports.storages.changes import entry_from
from anninh_core.testing import Dialog, FixedClock
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase import Actor


def test_hold_refuses_erasure(
    app: App, dialog: Dialog, operator: Actor, handler: Actor, withdraw_function: Withdraws
) -> None:
    """A hold on a case refuses the reporter's erasure until the hold is released; then another officer must order the
    erasure.
    """
    tip = report_and_end(app, dialog, handler)
    request = withdraw_function()
    hold = app.retention.hold(operator, f"tip:{tip.id}", reason="Điều tra", review_on=date(2031, 1, 1))
    with pytest.raises(WrongStep, match=f"Legal hold {hold.id} on"):
        erase_resident(app, operator, request)
    entry = entry_from([*app.internals.context.storage.journal.read(limit=10_000)][-1].content)
    assert (entry.action, entry.outcome, entry.actor) == ("withdrawing.erase", "refused", operator.label)
    assert f"Legal hold {hold.id} on" in str(entry.facts["why"])
    assert is_readable(app, request.conversation)
    app.retention.release_hold(operator, hold.id)
    with pytest.raises(Refused, match="another officer must order this"):
        erase_resident(app, operator, request)
    other = UnsafeLocalUsers(app).appoint("Quản trị Hai", "hoa-lu", "operator")
    assert erase_resident(app, other, request).state is ErasureState.DONE


def test_hold_on_merged_case_refuses_erasure(
    app: App, dialog: Dialog, operator: Actor, handler: Actor, withdraw_function: Withdraws
) -> None:
    """A hold on the case into which a reporter's case was merged refuses the reporter's erasure too."""
    first = report_and_end(app, dialog, handler, "Thử Thị Bình")
    tip = report_and_end(app, dialog, handler, into=first.id)
    assert tip.merged_into == first.id
    request = withdraw_function()
    app.retention.hold(operator, f"tip:{first.id}", reason="Điều tra", review_on=date(2031, 1, 1))
    with pytest.raises(WrongStep, match="has been in force since"):
        erase_resident(app, operator, request)


def test_hold_after_the_decision_stops_erasure(
    *, app: App, clock: FixedClock, dialog: Dialog, operator: Actor, handler: Actor, withdraw_function: Withdraws
) -> None:
    """A hold that begins between decision and erasure stops the erasure before anything is destroyed, and the worker
    retries without journal entries.
    """
    tip = report_and_end(app, dialog, handler)
    request = withdraw_function()
    app.retention.erase(operator, request.id, rule=RULE, reason=REASON)
    app.retention.hold(operator, f"tip:{tip.id}", reason="Điều tra", review_on=date(2031, 1, 1))
    clock.advance(DELAY)
    entries = app.internals.context.storage.journal.head()[0]
    assert app.worker.jobs["carry_out_erasures"].run() == 0
    assert app.internals.context.storage.journal.head()[0] == entries
    assert is_readable(app, request.conversation)
    assert THEFT in {message.text for message in read_messages(app)}
    assert app.retention.erasure(operator, request.id).state is ErasureState.GRANTED


def test_hold_refuses_a_second_erasure(
    *, app: App, dialog: Dialog, operator: Actor, handler: Actor, withdraw_function: Withdraws
) -> None:
    """A hold also refuses a second erasure of a person who returned after the first."""
    dialog.says(NAME, "chào")
    erase_resident(app, operator, withdraw_function())
    tip = report_and_end(app, dialog, handler)
    request = withdraw_function()
    app.retention.hold(operator, f"tip:{tip.id}", reason="Điều tra", review_on=date(2031, 1, 1))
    with pytest.raises(WrongStep, match="has been in force since"):
        erase_resident(app, operator, request)


def test_hold_during_a_purge_stops_it(
    *,
    app: App,
    dialog: Dialog,
    operator: Actor,
    handler: Actor,
    withdraw_function: Withdraws,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Holds are checked again right before each key is destroyed, and the worker completes the erasure after their
    release.
    """
    tip = report_and_end(app, dialog, handler)
    request = withdraw_function()
    holds = list[str]()
    finish = Purges.finish_purge

    def hold_and_finish(self: Purges, actor: Actor, scopes: Collection[str]) -> tuple[PurgeOrder, ...]:
        if not holds:
            hold = app.retention.hold(operator, f"tip:{tip.id}", reason="Điều tra", review_on=date(2031, 1, 1))
            holds.append(hold.id)
        return finish(self, actor, scopes)

    with monkeypatch.context() as patched:
        patched.setattr(Purges, "finish_purge", hold_and_finish)
        with pytest.raises(WrongStep, match="has been in force since"):
            erase_resident(app, operator, request)
    assert is_readable(app, request.conversation)
    app.retention.release_hold(operator, holds[0])
    assert app.worker.jobs["carry_out_erasures"].run() == 1
    assert not is_readable(app, request.conversation)
