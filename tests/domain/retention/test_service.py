"""Purges and legal holds over a store."""

from collections.abc import Callable
from datetime import date

import pytest

from anninh_core.domain.retention import RetainedItem, Retention
from anninh_core.domain.tips import TIP, Tip
from anninh_core.kernel.errors import BadInput, DecryptionError, NotFound, Refused, WrongStep
from anninh_core.ports.changes import Entry
from anninh_core.usecase import Actor
from anninh_core.usecase.runner import UseCaseRunner


@pytest.fixture
def retention(runner: UseCaseRunner) -> Retention:
    return Retention(runner)


def test_a_purge_makes_a_case_unreadable(
    retention: Retention, operator: Actor, runner: UseCaseRunner, tip: Tip, trail: Callable[[], list[Entry]]
) -> None:
    """Ordered, then carried out: the key is gone, the journal and the tombstone stay."""
    scope = f"tip:{tip.id}"
    retention.purges.order_purge(operator, scope, unit="ninh-hoa", reason="retention")
    record = runner.context.storage.records.get("tip", tip.id)
    assert record is not None
    assert runner.context.open_record(TIP, record) == tip
    (done,) = retention.purges.purge(operator)
    assert (done.id, done.done_at) == (scope, runner.context.clock.now())
    with pytest.raises(DecryptionError, match="gone for good"):
        runner.context.open_record(TIP, record)
    assert [entry.events for entry in trail()[-2:]] == [("purge.ordered",), ("purge.done",)]
    assert retention.purges.purge(operator) == ()
    with pytest.raises(WrongStep, match="ordered before"):
        retention.purges.order_purge(operator, scope, unit="ninh-hoa", reason="retention")


def test_a_legal_hold_stops_a_purge(retention: Retention, operator: Actor, runner: UseCaseRunner, tip: Tip) -> None:
    """What is held isn't destroyed; what is to be destroyed isn't held any more."""
    scope, review = f"tip:{tip.id}", date(2022, 3, 1)
    hold = retention.legal_holds.hold(
        operator, scope, unit="ninh-hoa", reason="Yêu cầu của cơ quan điều tra", review_on=review
    )
    with pytest.raises(WrongStep, match="under legal hold"):
        retention.purges.order_purge(operator, scope, unit="ninh-hoa", reason="retention")
    old = RetainedItem(scope=scope, unit="ninh-hoa", data="chatter", ended_on=date(2021, 1, 1))
    (due,) = retention.purges.preview_purge(operator, [old])
    assert due.held
    assert retention.legal_holds.holds(operator) == (hold,)
    retention.legal_holds.release_hold(operator, hold.id)
    assert retention.legal_holds.holds(operator) == ()
    retention.purges.order_purge(operator, scope, unit="ninh-hoa", reason="retention")
    with pytest.raises(WrongStep, match="can't be held"):
        retention.legal_holds.hold(operator, scope, unit="ninh-hoa", reason="Muộn", review_on=review)


def test_only_operators_destroy(retention: Retention, handler: Actor, operator: Actor) -> None:
    """Who handles cases doesn't destroy them; an unknown hold is named."""
    with pytest.raises(Refused):
        retention.purges.order_purge(handler, "tip:1", unit="ninh-hoa", reason="retention")
    with pytest.raises(Refused):
        retention.purges.purge(handler)
    with pytest.raises(NotFound, match="no legal_hold"):
        retention.legal_holds.release_hold(operator, "x")


def test_a_purge_of_nothing_is_no_event(
    retention: Retention, operator: Actor, trail: Callable[[], list[Entry]]
) -> None:
    """Where nothing was ordered nothing was destroyed, and the trail doesn't say so."""
    assert retention.purges.purge(operator) == ()
    assert (trail()[-1].action, trail()[-1].events) == ("governance.purge", ())


@pytest.mark.parametrize("scope", ["governance:tombstones", "governance:holds"])
def test_orders_and_holds_are_never_destroyed(retention: Retention, operator: Actor, scope: str) -> None:
    """Whoever may purge can't purge what a purge is checked against."""
    with pytest.raises(BadInput, match="never destroyed"):
        retention.purges.order_purge(operator, scope, unit="hoa-lu", reason="request")
