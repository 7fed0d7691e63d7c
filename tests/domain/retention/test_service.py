"""Purges and legal holds over a store."""

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
from anninh_core.usecase.marks import use_case_of
from anninh_core.usecase.permissions.permits import UseCaseKind
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork

DELAY = timedelta(days=7)
REVIEW = date(2022, 3, 1)


def hold(retention: Retention, by: Actor, case: str) -> str:
    return retention.legal_holds.hold(by, case, reason="Yêu cầu của cơ quan điều tra", review_on=REVIEW).id


def readable(runner: UseCaseRunner, tip: Tip) -> bool:
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
    ended: Ended,
    clock: FixedClock,
    trail: Callable[[], list[Entry]],
) -> None:
    """Ordered, then after some days carried out: the key is gone, the journal and the tombstone stay."""
    tip = ended()
    case = f"tip:{tip.id}"
    retention.purges.order_purge(operator, case, reason="retention")
    clock.advance(DELAY - timedelta(seconds=1))
    assert retention.purges.purge(operator) == ()
    assert readable(runner, tip)
    clock.advance(timedelta(seconds=1))
    (done,) = retention.purges.purge(operator)
    assert (done.id, done.done_at) == (case, runner.context.clock.now())
    assert not readable(runner, tip)
    assert [entry.events for entry in trail()[-2:]] == [(), ("purge.done",)]
    assert ("tombstone", case) in {(touched.kind, touched.id) for touched in trail()[-1].touched}
    assert retention.purges.purge(operator) == ()
    with pytest.raises(WrongStep, match="ordered before"):
        retention.purges.order_purge(operator, case, reason="retention")


def test_an_order_is_over_once_its_scope_seals_something_anew(
    retention: Retention, operator: Actor, runner: UseCaseRunner, ended: Ended, clock: FixedClock
) -> None:
    """Until then what was ordered stays ordered, also after it was carried out."""

    def is_ordered() -> bool:
        return is_purge_ordered(UnitOfWork(runner.context, runner.permits, operator, "governance.purge"), case)

    case = f"tip:{ended().id}"
    told = [is_ordered()]
    retention.purges.order_purge(operator, case, reason="retention")
    told.append(is_ordered())
    clock.advance(DELAY)
    retention.purges.purge(operator)
    told.append(is_ordered())
    runner.ensure_key(case)
    told.append(is_ordered())
    assert told == [False, True, True, False]


def test_a_legal_hold_stops_a_purge(
    retention: Retention, operator: Actor, officer: OfficerMaker, runner: UseCaseRunner, ended: Ended
) -> None:
    """What is held isn't ordered to be destroyed; afterwards by another officer than the one who released it."""
    case = f"tip:{ended().id}"
    held = hold(retention, operator, case)
    assert hold(retention, operator, case) == held
    with pytest.raises(WrongStep, match="has been in force since"):
        retention.purges.order_purge(operator, case, reason="retention")
    old = RetainedItem(scope=case, unit="ninh-hoa", data="chatter", ended_on=date(2021, 1, 1))
    (due,) = retention.purges.preview_purge(operator, [old])
    assert due.held
    assert [one.id for one in retention.legal_holds.holds(operator)] == [held]
    retention.legal_holds.release_hold(operator, held)
    assert retention.legal_holds.holds(operator) == ()
    with pytest.raises(Refused, match="another officer must order this"):
        retention.purges.order_purge(operator, case, reason="retention")
    retention.purges.order_purge(officer("operator", "hoa-lu"), case, reason="retention")


def test_a_hold_wins_until_the_key_is_destroyed(
    *, retention: Retention, operator: Actor, runner: UseCaseRunner, ended: Ended, clock: FixedClock
) -> None:
    """Within the days between order and destruction; the order is cancelled, and after the release given anew."""
    tip = ended()
    gone = ended()
    for one in (tip, gone):
        retention.purges.order_purge(operator, f"tip:{one.id}", reason="retention")
    hold(retention, operator, f"tip:{tip.id}")
    clock.advance(DELAY)
    assert [order.id for order in retention.purges.purge(operator)] == [f"tip:{gone.id}"]
    assert readable(runner, tip)
    with pytest.raises(WrongStep, match="destroyed"):
        hold(retention, operator, f"tip:{gone.id}")


def test_what_was_begun_is_finished_and_not_held(
    *, retention: Retention, operator: Actor, runner: UseCaseRunner, ended: Ended, clock: FixedClock
) -> None:
    """A key may be gone already where the program stopped in between: a hold would promise what nobody can keep."""
    tip = ended()
    retention.purges.order_purge(operator, f"tip:{tip.id}", reason="retention")
    clock.advance(DELAY)
    retention.purges.begin_purge(operator, limit=10, scopes=())
    with pytest.raises(WrongStep, match="being destroyed"):
        hold(retention, operator, f"tip:{tip.id}")
    assert len(retention.purges.purge(operator)) == 1
    assert not readable(runner, tip)


def test_nothing_is_destroyed_that_wasnt_begun(retention: Retention, operator: Actor, ended: Ended) -> None:
    """The second half of a purge takes no order that hasn't waited."""
    case = f"tip:{ended().id}"
    retention.purges.order_purge(operator, case, reason="retention")
    with pytest.raises(WrongStep, match="hasn't begun: run"):
        retention.purges.finish_purge(operator, [case])


def test_a_hold_covers_what_was_merged_into_a_case(
    *, retention: Retention, operator: Actor, runner: UseCaseRunner, ended: Ended, clock: FixedClock
) -> None:
    """The reports that tell of the same thing are held with it, ordered before or not, merged before or later."""
    case = ended()
    before = ended(into=case.id)
    ordered = ended(into=case.id)
    retention.purges.order_purge(operator, f"tip:{ordered.id}", reason="retention")
    hold(retention, operator, f"tip:{case.id}")
    late = ended(into=case.id)
    for report in (before, late):
        with pytest.raises(WrongStep, match="has been in force since"):
            retention.purges.order_purge(operator, f"tip:{report.id}", reason="retention")
    clock.advance(DELAY)
    assert retention.purges.purge(operator) == ()
    assert readable(runner, ordered)


@pytest.mark.parametrize("act", ["order", "hold"])
@pytest.mark.parametrize(
    "scope", ["governance:tombstones", "governance:holds", "officer:x", "inbox:2021-09-01", "identity:mock.1", "item:1"]
)
def test_only_cases_are_destroyed_or_held(retention: Retention, operator: Actor, scope: str, act: str) -> None:
    """Neither orders and holds themselves, nor officers, events of the inbox, somebody's identity, or content."""
    acts: dict[str, Callable[[], object]] = {
        "order": lambda: retention.purges.order_purge(operator, scope, reason="request"),
        "hold": lambda: hold(retention, operator, scope),
    }
    with pytest.raises(BadInput, match="only cases"):
        acts[act]()


def test_whose_case_it_is_stands_in_its_record(
    retention: Retention, officer: OfficerMaker, ended: Ended, trail: Callable[[], list[Entry]]
) -> None:
    """An operator of one commune neither destroys nor holds a case of another, whatever they say."""
    local = officer("operator", "ninh-van")
    case = f"tip:{ended('ninh-hoa').id}"
    order = retention.purges.order_purge
    for act in (lambda: order(local, case, reason="request"), lambda: hold(retention, local, case)):
        before = len(trail())
        with pytest.raises(Refused):
            act()
        assert [entry.outcome for entry in trail()[before:]] == ["refused"]


def test_a_case_that_isnt_over_stays(retention: Retention, operator: Actor, tip: Tip) -> None:
    """Something is owed to its reporter."""
    with pytest.raises(WrongStep, match="isn't over"):
        retention.purges.order_purge(operator, f"tip:{tip.id}", reason="request")


def test_only_operators_destroy(retention: Retention, handler: Actor, operator: Actor, ended: Ended) -> None:
    """Who handles cases doesn't destroy them; an unknown hold is named."""
    with pytest.raises(Refused):
        retention.purges.order_purge(handler, f"tip:{ended().id}", reason="retention")
    with pytest.raises(Refused):
        retention.purges.purge(handler)
    with pytest.raises((NotFound, Refused)):
        retention.legal_holds.release_hold(operator, "x")


def test_a_purge_of_nothing_is_no_event(
    retention: Retention, operator: Actor, trail: Callable[[], list[Entry]]
) -> None:
    """Where nothing was ordered nothing was destroyed, and the trail doesn't say so."""
    assert retention.purges.purge(operator) == ()
    assert (trail()[-1].action, trail()[-1].events) == ("governance.begin_purge", ())


@pytest.mark.parametrize("name", ["grant_erasure", "order_erasure", "ask_erasure"])
def test_parts_of_an_erasure_are_no_acts_of_their_own(retention: Retention, operator: Actor, name: str) -> None:
    """They take the unit of work of the act that they are a part of, and refuse an officer."""
    mark = use_case_of(getattr(retention.erasures, name))
    assert mark is not None
    assert mark.kind is UseCaseKind.STEP
    with pytest.raises(TypeError, match=f"Erasures.{name} is a step of a larger act"):
        getattr(retention.erasures, name)(operator, "x")
