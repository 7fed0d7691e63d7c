"""Legal holds cancel purges, erasure requests order purges, and both leave audit log entries."""

from datetime import date, timedelta

import pytest
from tests.domain.conftest import OfficerMaker, Trail
from tests.domain.retention.conftest import Ended

from anninh_core.domain.registry import make_retention_policies
from anninh_core.domain.retention.coverage import find_covered_scopes, find_covering_scopes, find_holds
from anninh_core.domain.retention.kind import PURGE_ORDER
from anninh_core.domain.retention.model import Erasure, PurgeOrder
from anninh_core.domain.retention.rules import ErasureState
from anninh_core.domain.retention.service import Retention
from anninh_core.domain.tips import Tip
from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.kernel.refs import Ref
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, system
from anninh_core.usecase.decision import DECISION
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner

REVIEW = date(2022, 3, 1)
DAY = timedelta(days=1)
ROUTER = system("router")


def load_purge_order(runner: UseCaseRunner, scope: str) -> PurgeOrder | None:
    record = runner.context.storage.records.get("tombstone", scope)
    return None if record is None else runner.context.open_record(PURGE_ORDER, record)


def open_read_session(runner: UseCaseRunner, actor: Actor) -> ReadSession:
    return ReadSession(runner.context, runner.permits, actor, "governance.look")


def test_the_same_hold_is_set_once(
    retention: Retention, operator: Actor, officer: OfficerMaker, make_ended_tip: Ended
) -> None:
    """A second hold by the same officer with the same reason and review day has no effect; a hold that differs in any
    of these is added.
    """
    case = f"tip:{make_ended_tip().id}"
    other = officer("operator", "hoa-lu")
    hold = retention.legal_holds.hold
    first = hold(operator, case, reason="CV 12", review_on=REVIEW)
    assert hold(operator, case, reason="CV 12", review_on=REVIEW) == first
    further = [
        hold(operator, case, reason="CV 13", review_on=REVIEW - DAY),
        hold(operator, case, reason="CV 12", review_on=REVIEW + DAY),
        hold(other, case, reason="CV 12", review_on=REVIEW),
        hold(operator, f"tip:{make_ended_tip().id}", reason="CV 12", review_on=REVIEW + DAY * 2),
    ]
    running = retention.legal_holds.holds(operator)
    assert {legal_hold.id for legal_hold in running} == {first.id, *(legal_hold.id for legal_hold in further)}
    assert [legal_hold.review_on for legal_hold in running] == sorted(legal_hold.review_on for legal_hold in running)
    retention.legal_holds.release_hold(other, first.id)
    assert hold(operator, case, reason="CV 12", review_on=REVIEW).id not in {
        first.id,
        *(legal_hold.id for legal_hold in further),
    }


def test_hold_records_actor_and_scope(
    *,
    retention: Retention,
    operator: Actor,
    make_ended_tip: Ended,
    trail: Trail,
    clock: FixedClock,
    officer: OfficerMaker,
) -> None:
    """A hold and its release record actor, day and scope in the record and in the audit log, and a hold is released
    once.
    """
    case = f"tip:{make_ended_tip('ninh-van').id}"
    hold = retention.legal_holds.hold(operator, case, reason="CV 12", review_on=REVIEW)
    assert (hold.unit, hold.scope, hold.by, hold.since) == ("ninh-van", case, operator.id, date(2021, 9, 1))
    assert (trail()[-1].events, trail()[-1].facts) == (("hold.set",), {"scope": case})
    other = officer("operator", "ninh-van")
    assert [legal_hold.id for legal_hold in retention.legal_holds.holds(other)] == [hold.id]
    assert retention.legal_holds.holds(officer("operator", "ninh-hoa")) == ()
    clock.advance(DAY * 3)
    released = retention.legal_holds.release_hold(other, hold.id)
    assert (released.released_on, released.released_by) == (date(2021, 9, 4), other.id)
    assert (trail()[-1].events, trail()[-1].facts) == (("hold.released",), {"scope": case})
    with pytest.raises(WrongStep, match="was released already, on 2021-09-04"):
        retention.legal_holds.release_hold(operator, hold.id)


def test_hold_cancels_pending_purges(
    *,
    retention: Retention,
    operator: Actor,
    make_ended_tip: Ended,
    trail: Trail,
    runner: UseCaseRunner,
    clock: FixedClock,
) -> None:
    """A hold cancels the pending purges of its case and of the reports merged into it, but not those of other cases or
    finished ones, and its audit log entry has their number.
    """
    case = make_ended_tip()
    other = make_ended_tip()
    part = make_ended_tip(into=case.id)
    purged = make_ended_tip(into=case.id)
    retention.purges.order_purge(operator, f"tip:{purged.id}", reason="request")
    clock.advance(DAY * 8)
    retention.purges.purge(operator)
    for tip in (case, other, part):
        retention.purges.order_purge(operator, f"tip:{tip.id}", reason="request")
    retention.legal_holds.hold(operator, f"tip:{case.id}", reason="CV 12", review_on=REVIEW)
    assert trail()[-1].events == ("purge.cancelled", "hold.set")
    assert trail()[-1].facts == {"scope": f"tip:{case.id}", "purges_cancelled": 2}
    orders = {tip.id: load_purge_order(runner, f"tip:{tip.id}") for tip in (case, other, part, purged)}
    assert {id: order.cancelled_at is not None for id, order in orders.items() if order} == {
        case.id: True,
        other.id: False,
        part.id: True,
        purged.id: False,
    }


def test_begun_purge_cannot_be_held(
    *, retention: Retention, operator: Actor, make_ended_tip: Ended, runner: UseCaseRunner, clock: FixedClock
) -> None:
    """A case with a merged report that is being destroyed can be held; a case that is itself being destroyed can't."""
    case = make_ended_tip()
    part = make_ended_tip(into=case.id)
    retention.purges.order_purge(operator, f"tip:{part.id}", reason="request")
    clock.advance(DAY * 8)
    retention.purges.begin_purge(operator, limit=10, scopes=())
    retention.legal_holds.hold(operator, f"tip:{case.id}", reason="CV 12", review_on=REVIEW)
    order = load_purge_order(runner, f"tip:{part.id}")
    assert order is not None
    assert order.is_pending
    with pytest.raises(WrongStep, match="being destroyed"):
        retention.legal_holds.hold(operator, f"tip:{part.id}", reason="CV 12", review_on=REVIEW)
    for what in ("officer:x", "identity:mock.1"):
        with pytest.raises(
            BadInput,
            match=f"{what!r} can't be held, because only cases can: name one as kind:id, with one of the kinds tip, .",
        ):
            retention.legal_holds.hold(operator, what, reason="CV 12", review_on=REVIEW)


@pytest.mark.usefixtures("resident")
def test_hold_covers_reporter_and_merged_reports(
    runner: UseCaseRunner, retention: Retention, operator: Actor, make_ended_tip: Ended, tip: Tip
) -> None:
    """A hold on a case covers the merged reports and the reporter's identity and conversation, and each of these finds
    the hold.
    """
    policies = make_retention_policies(runner.context.district)
    case = make_ended_tip()
    part = make_ended_tip(into=case.id)
    scopes = find_covered_scopes(open_read_session(runner, operator), policies, Ref("tip", case.id))
    assert scopes == {f"tip:{case.id}", f"tip:{part.id}"}
    assert find_covered_scopes(open_read_session(runner, operator), policies, Ref("tip", tip.id)) == {
        f"tip:{tip.id}",
        "identity:mock.1",
        "conversation:mock.1",
    }
    covering = {
        scope: find_covering_scopes(open_read_session(runner, operator), policies, scope) for scope in (*scopes, "x:1")
    }
    assert covering == {
        f"tip:{case.id}": {f"tip:{case.id}"},
        f"tip:{part.id}": {f"tip:{part.id}", f"tip:{case.id}"},
        "x:1": {"x:1"},
    }
    for scope in ("identity:mock.1", "conversation:mock.1"):
        assert find_covering_scopes(open_read_session(runner, operator), policies, scope) == {scope, f"tip:{tip.id}"}
    legal_hold = retention.legal_holds.hold(operator, f"tip:{tip.id}", reason="CV 12", review_on=REVIEW)
    assert find_holds(open_read_session(runner, operator), policies, "identity:mock.1") == (legal_hold,)
    assert find_holds(open_read_session(runner, operator), policies, "identity:mock.2") == ()


def request_erasure(
    retention: Retention, runner: UseCaseRunner, conversation: str = "mock.1", alias: str = ""
) -> Erasure:
    at = runner.context.clock.now()
    step = retention.erasures.ask_erasure
    return run_step(step, ROUTER, conversation, unit="ninh-hoa", asked_at=at - DAY, received_at=at, alias=alias)


def test_repeated_erasure_request_is_one(
    retention: Retention, runner: UseCaseRunner, operator: Actor, trail: Trail
) -> None:
    """A repeated erasure request stays one request until it is decided; each request of an unknown sender is a request
    of its own.
    """
    wish = request_erasure(retention, runner)
    assert (wish.state, wish.conversation, wish.unit, wish.alias) == (ErasureState.OPEN, "mock.1", "ninh-hoa", "")
    assert (wish.received_at - wish.asked_at, trail()[-1].facts["erasure"]) == (DAY, wish.id)
    assert request_erasure(retention, runner) == wish
    assert request_erasure(retention, runner, "mock.2").id != wish.id
    unknown = [request_erasure(retention, runner, "", alias) for alias in ("x", "x")]
    assert (len({erasure.id for erasure in unknown}), {erasure.alias for erasure in unknown}) == (2, {"x"})
    retention.erasures.refuse_erasure(operator, wish.id, rule="Điều 16", reason="Còn lưu")
    again = request_erasure(retention, runner)
    assert again.id != wish.id
    pending = [erasure.id for erasure in retention.erasures.erasures(operator).items]
    assert (wish.id in pending, again.id in pending, len(pending)) == (False, True, 4)
    assert len(retention.erasures.erasures(operator, pending=False).items) == 5
    assert retention.erasures.erasure(operator, wish.id).state is ErasureState.REFUSED


@pytest.mark.parametrize(("rule", "reason"), [("", "x"), (" ", "x"), ("x", ""), ("x", " ")])
def test_erasure_decision_needs_rule_and_reason(
    retention: Retention, runner: UseCaseRunner, operator: Actor, rule: str, reason: str
) -> None:
    """A decision about an erasure request needs a rule and a reason, and is stored as a decision record."""
    wish = request_erasure(retention, runner)
    with pytest.raises(BadInput, match="A decision about a person's data needs a rule and a reason"):
        retention.erasures.refuse_erasure(operator, wish.id, rule=rule, reason=reason)
    retention.erasures.refuse_erasure(operator, wish.id, rule="Điều 16", reason="Còn lưu")
    (record,) = runner.context.storage.maintenance.scan("decision")
    decision = runner.context.open_record(DECISION, record)
    assert (decision.subject, decision.rule, decision.reason, decision.text) == (
        f"erasure:{wish.id}",
        "Điều 16",
        "erasure.refused",
        "Còn lưu",
    )


def test_granted_erasure_orders_an_immediate_purge(
    *, retention: Retention, runner: UseCaseRunner, operator: Actor, trail: Trail, clock: FixedClock
) -> None:
    """A granted erasure request orders the immediate purge of the sender's identity and conversation, as far as they
    have keys, and is done once no data is left.
    """
    wish = request_erasure(retention, runner)
    step = retention.erasures.order_erasure
    with pytest.raises(WrongStep, match="an officer must grant it first with"):
        run_step(step, operator, wish.id)
    granted = run_step(retention.erasures.grant_erasure, operator, wish.id, rule="Điều 16", reason="Có quyền")
    assert (granted.state, trail()[-1].events) == (ErasureState.GRANTED, ("erasure.granted",))
    runner.ensure_key("identity:mock.1")
    assert run_step(step, operator, wish.id).state is ErasureState.GRANTED
    order = load_purge_order(runner, "identity:mock.1")
    assert order is not None
    assert (order.due_at, order.reason, order.unit, order.clock) == (clock.now(), "request", "ninh-hoa", "")
    assert load_purge_order(runner, "conversation:mock.1") is None
    assert trail()[-1].events == ("purge.ordered",)
    clock.advance(DAY)
    assert run_step(step, operator, wish.id) == granted
    assert (
        load_purge_order(runner, "identity:mock.1") == order
    )  # The existing purge order stays, and no second order is given.
    retention.purges.purge(operator)
    done = run_step(step, operator, wish.id)
    assert (done.state, done.done_at) == (ErasureState.DONE, clock.now())
    assert trail()[-1].events == ("erasure.done",)
    assert trail()[-1].facts == {"erasure": wish.id}


@pytest.mark.parametrize(("clocked", "delay", "replaced"), [("", 0, False), ("", 5, True), ("identity", 0, True)])
def test_erasure_replaces_a_weaker_order(
    *, retention: Retention, runner: UseCaseRunner, operator: Actor, clocked: str, delay: int, replaced: bool
) -> None:
    """An erasure replaces a purge order that is due later, or that a retention clock gave and a new message would
    cancel.
    """
    wish = request_erasure(retention, runner)
    run_step(retention.erasures.grant_erasure, operator, wish.id, rule="Điều 16", reason="Có quyền")
    runner.ensure_key("identity:mock.1")
    run_step(
        retention.purges.order_destruction, operator, "identity:mock.1", "hoa-lu", DAY * delay, "other", clock=clocked
    )
    run_step(retention.erasures.order_erasure, operator, wish.id)
    order = load_purge_order(runner, "identity:mock.1")
    assert order is not None
    assert (order.reason, order.clock) == (("request", "") if replaced else ("other", clocked))


def test_only_operators_see_erasure_requests(
    retention: Retention, runner: UseCaseRunner, handler: Actor, officer: OfficerMaker
) -> None:
    """Only operators see erasure requests, and only those of their own units."""
    wish = request_erasure(retention, runner)
    with pytest.raises(Refused):
        retention.erasures.erasures(handler)
    assert retention.erasures.erasures(officer("operator", "ninh-van")).items == ()
    assert [erasure.id for erasure in retention.erasures.erasures(officer("operator", "ninh-hoa")).items] == [wish.id]
    with pytest.raises(Refused, match="for which you have the permission"):
        retention.erasures.erasure(officer("operator", "ninh-van"), wish.id)


def test_every_refused_purge_leaves_an_entry(
    *, retention: Retention, operator: Actor, officer: OfficerMaker, handler: Actor, make_ended_tip: Ended, trail: Trail
) -> None:
    """Every refused purge order leaves an entry with its cause: a hold, a release by the same officer, an earlier
    order, another kind, a free-text reason or a missing permission.

    A reason in an officer's own words isn't repeated in the entry.
    """
    case = f"tip:{make_ended_tip().id}"
    order = retention.purges.order_purge
    hold = retention.legal_holds.hold(operator, case, reason="CV 12", review_on=REVIEW)

    def refuse_purge(actor: Actor, scope: str, reason: str = "request") -> tuple[str, str, object, object]:
        before = len(trail())
        with pytest.raises((Refused, BadInput)):
            order(actor, scope, reason=reason)
        (entry,) = trail()[before:]
        return entry.action, entry.outcome, entry.facts.get("about"), entry.facts["why"]

    action = "governance.order_purge"
    why = (
        f"Legal hold {hold.id} on {case!r} has been in force since 2021-09-01: release it first with "
        "`retention.release_hold`."
    )
    assert refuse_purge(operator, case) == (action, "refused", case, why)
    retention.legal_holds.release_hold(operator, hold.id)
    assert ": another officer must order this." in str(refuse_purge(operator, case))
    assert refuse_purge(operator, "officer:1") == (action, "refused", None, "an argument doesn't fit")
    other = officer("operator", "hoa-lu")
    assert refuse_purge(other, case, "vì ông Thử Văn An muốn vậy")[3] == "an argument doesn't fit"
    assert refuse_purge(handler, case)[:2] == (action, "refused")
    order(other, case, reason="request")
    assert "was ordered before" in str(refuse_purge(other, case))
