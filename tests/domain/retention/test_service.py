"""Purges and legal holds over the in-memory storage."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from tests.domain.conftest import OfficerMaker
from tests.domain.retention.conftest import Ended

from anninh_core.domain.retention.purges import is_purge_ordered
from anninh_core.domain.retention.rules import RetainedItem
from anninh_core.domain.retention.service import Retention
from anninh_core.domain.tips import Tip
from anninh_core.domain.tips.kind import TIP
from anninh_core.kernel.errors import BadInput, DecryptionError, NotFound, Refused, WrongStep
from anninh_core.ports.storages.changes import Entry
from anninh_core.testing.clock import FixedClock
from anninh_core.usecase import Actor
from anninh_core.usecase.marks import get_use_case
from anninh_core.usecase.permissions.permits import UseCaseKind
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork

DELAY = timedelta(days=7)
REVIEW = date(2022, 3, 1)


def set_hold(retention: Retention, by: Actor, case: str) -> str:
    return retention.legal_holds.hold(by, case, reason="Yêu cầu của cơ quan điều tra", review_on=REVIEW).id


def is_readable(runner: UseCaseRunner, tip: Tip) -> bool:
    record = runner.context.storage.records.get("tip", tip.id)
    assert record is not None
    try:
        return runner.context.open_record(TIP, record).id == tip.id
    except DecryptionError:
        return False


def test_a_purge_makes_a_case_unreadable(
    *,
    retention: Retention,
    operator: Actor,
    runner: UseCaseRunner,
    make_ended_tip: Ended,
    clock: FixedClock,
    trail: Callable[[], list[Entry]],
) -> None:
    """An ordered purge is carried out after the delay: the key is destroyed, and the audit log and the tombstone
    stay.
    """
    tip = make_ended_tip()
    case = f"tip:{tip.id}"
    retention.purges.order_purge(operator, case, reason="retention")
    clock.advance(DELAY - timedelta(seconds=1))
    assert retention.purges.purge(operator) == ()
    assert is_readable(runner, tip)
    clock.advance(timedelta(seconds=1))
    (done,) = retention.purges.purge(operator)
    assert (done.id, done.done_at) == (case, runner.context.clock.now())
    assert not is_readable(runner, tip)
    assert [entry.events for entry in trail()[-2:]] == [(), ("purge.done",)]
    assert ("tombstone", case) in {(touched.kind, touched.id) for touched in trail()[-1].touched}
    assert retention.purges.purge(operator) == ()
    with pytest.raises(WrongStep, match="ordered before"):
        retention.purges.order_purge(operator, case, reason="retention")


def test_order_ends_with_a_new_key(
    retention: Retention, operator: Actor, runner: UseCaseRunner, make_ended_tip: Ended, clock: FixedClock
) -> None:
    """A purge order is in force, also after it was carried out, until its scope has a new key."""

    def is_ordered() -> bool:
        return is_purge_ordered(UnitOfWork(runner.context, runner.permits, operator, "governance.purge"), case)

    case = f"tip:{make_ended_tip().id}"
    ordered = [is_ordered()]
    retention.purges.order_purge(operator, case, reason="retention")
    ordered.append(is_ordered())
    clock.advance(DELAY)
    retention.purges.purge(operator)
    ordered.append(is_ordered())
    runner.ensure_key(case)
    ordered.append(is_ordered())
    assert ordered == [False, True, True, False]


def test_a_legal_hold_stops_a_purge(
    retention: Retention, operator: Actor, officer: OfficerMaker, runner: UseCaseRunner, make_ended_tip: Ended
) -> None:
    """A held case can't be purged; after the release, its purge must be ordered by an officer other than the one who
    released the hold.
    """
    case = f"tip:{make_ended_tip().id}"
    hold_id = set_hold(retention, operator, case)
    assert set_hold(retention, operator, case) == hold_id
    with pytest.raises(WrongStep, match="has been in force since"):
        retention.purges.order_purge(operator, case, reason="retention")
    old = RetainedItem(scope=case, unit="ninh-hoa", data="chatter", ended_on=date(2021, 1, 1))
    (due,) = retention.purges.preview_purge(operator, [old])
    assert due.held
    assert [legal_hold.id for legal_hold in retention.legal_holds.holds(operator)] == [hold_id]
    retention.legal_holds.release_hold(operator, hold_id)
    assert retention.legal_holds.holds(operator) == ()
    with pytest.raises(Refused, match="another officer must order this"):
        retention.purges.order_purge(operator, case, reason="retention")
    retention.purges.order_purge(officer("operator", "hoa-lu"), case, reason="retention")


def test_a_hold_wins_until_the_key_is_destroyed(
    *, retention: Retention, operator: Actor, runner: UseCaseRunner, make_ended_tip: Ended, clock: FixedClock
) -> None:
    """A hold set within the delay cancels the purge order, and a case whose key is destroyed can't be held."""
    tip = make_ended_tip()
    unheld = make_ended_tip()
    for ended_tip in (tip, unheld):
        retention.purges.order_purge(operator, f"tip:{ended_tip.id}", reason="retention")
    set_hold(retention, operator, f"tip:{tip.id}")
    clock.advance(DELAY)
    assert [order.id for order in retention.purges.purge(operator)] == [f"tip:{unheld.id}"]
    assert is_readable(runner, tip)
    with pytest.raises(WrongStep, match="destroyed"):
        set_hold(retention, operator, f"tip:{unheld.id}")


def test_begun_purge_is_finished(
    *, retention: Retention, operator: Actor, runner: UseCaseRunner, make_ended_tip: Ended, clock: FixedClock
) -> None:
    """A begun purge is finished and can't be held, because its key may be destroyed already."""
    tip = make_ended_tip()
    retention.purges.order_purge(operator, f"tip:{tip.id}", reason="retention")
    clock.advance(DELAY)
    retention.purges.begin_purge(operator, limit=10, scopes=())
    with pytest.raises(WrongStep, match="being destroyed"):
        set_hold(retention, operator, f"tip:{tip.id}")
    assert len(retention.purges.purge(operator)) == 1
    assert not is_readable(runner, tip)


def test_unbegun_purge_cannot_be_finished(retention: Retention, operator: Actor, make_ended_tip: Ended) -> None:
    """A purge can't be finished before it is begun."""
    case = f"tip:{make_ended_tip().id}"
    retention.purges.order_purge(operator, case, reason="retention")
    with pytest.raises(WrongStep, match="hasn't begun: run"):
        retention.purges.finish_purge(operator, [case])


def test_hold_covers_merged_reports(
    *, retention: Retention, operator: Actor, runner: UseCaseRunner, make_ended_tip: Ended, clock: FixedClock
) -> None:
    """A hold covers the reports merged into its case, whether merged before or after it, and with or without a purge
    order.
    """
    case = make_ended_tip()
    before = make_ended_tip(into=case.id)
    ordered = make_ended_tip(into=case.id)
    retention.purges.order_purge(operator, f"tip:{ordered.id}", reason="retention")
    set_hold(retention, operator, f"tip:{case.id}")
    late = make_ended_tip(into=case.id)
    for report in (before, late):
        with pytest.raises(WrongStep, match="has been in force since"):
            retention.purges.order_purge(operator, f"tip:{report.id}", reason="retention")
    clock.advance(DELAY)
    assert retention.purges.purge(operator) == ()
    assert is_readable(runner, ordered)


@pytest.mark.parametrize("act", ["order", "hold"])
@pytest.mark.parametrize(
    "scope", ["governance:tombstones", "governance:holds", "officer:x", "inbox:2021-09-01", "identity:mock.1", "item:1"]
)
def test_only_cases_are_destroyed_or_held(retention: Retention, operator: Actor, scope: str, act: str) -> None:
    """Only cases can be purged or held: neither orders, holds, officers, inbox events, identities nor content."""
    acts: dict[str, Callable[[], object]] = {
        "order": lambda: retention.purges.order_purge(operator, scope, reason="request"),
        "hold": lambda: set_hold(retention, operator, scope),
    }
    with pytest.raises(BadInput, match="only cases"):
        acts[act]()


def test_other_units_case_cannot_be_purged(
    retention: Retention, officer: OfficerMaker, make_ended_tip: Ended, trail: Callable[[], list[Entry]]
) -> None:
    """An operator of one commune can neither purge nor hold a case of another; the unit is that of the case's
    record.
    """
    local = officer("operator", "ninh-van")
    case = f"tip:{make_ended_tip('ninh-hoa').id}"
    order = retention.purges.order_purge
    for act in (lambda: order(local, case, reason="request"), lambda: set_hold(retention, local, case)):
        before = len(trail())
        with pytest.raises(Refused):
            act()
        assert [entry.outcome for entry in trail()[before:]] == ["refused"]


def test_open_case_cannot_be_purged(retention: Retention, operator: Actor, tip: Tip) -> None:
    """An open case can't be purged, because its reporter is owed an answer."""
    with pytest.raises(WrongStep, match="isn't over"):
        retention.purges.order_purge(operator, f"tip:{tip.id}", reason="request")


def test_only_operators_purge(retention: Retention, handler: Actor, operator: Actor, make_ended_tip: Ended) -> None:
    """An officer who handles cases can't purge them, and an unknown hold can't be released."""
    with pytest.raises(Refused):
        retention.purges.order_purge(handler, f"tip:{make_ended_tip().id}", reason="retention")
    with pytest.raises(Refused):
        retention.purges.purge(handler)
    with pytest.raises((NotFound, Refused)):
        retention.legal_holds.release_hold(operator, "x")


def test_empty_purge_records_no_event(retention: Retention, operator: Actor, trail: Callable[[], list[Entry]]) -> None:
    """A purge without due orders leaves no event in the audit log."""
    assert retention.purges.purge(operator) == ()
    assert (trail()[-1].action, trail()[-1].events) == ("governance.begin_purge", ())


@pytest.mark.parametrize("name", ["grant_erasure", "order_erasure", "ask_erasure"])
def test_erasure_steps_refuse_an_officer(retention: Retention, operator: Actor, name: str) -> None:
    """The steps of an erasure require a unit of work, and they refuse an officer as caller."""
    mark = get_use_case(getattr(retention.erasures, name))
    assert mark is not None
    assert mark.kind is UseCaseKind.STEP
    with pytest.raises(TypeError, match=f"Erasures.{name} is a step of a larger act"):
        getattr(retention.erasures, name)(operator, "x")
