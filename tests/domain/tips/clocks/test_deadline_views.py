"""A deadline's view shows its name, its state at the time of the request, and the remaining time."""

from datetime import timedelta

import pytest
from attrs import evolve
from tests.domain.tips.conftest import receive_assigned_tip
from tests.domain.tips.test_model import AT

from anninh_core.domain.tips import TipState
from anninh_core.domain.tips.deadlines import Deadline
from anninh_core.domain.tips.service import Tips
from anninh_core.domain.tips.states import DeadlineState
from anninh_core.domain.tips.views import DeadlineView
from anninh_core.testing.clock import FixedClock
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.views import ViewContext
from anninh_core.vocabulary.district import District

DAY = timedelta(days=1)
SECONDS_A_DAY = 24 * 60 * 60
RESOLVE = Deadline(rule="resolve", due=AT + 20 * DAY, target=AT + 19 * DAY)


@pytest.mark.parametrize(
    ("clock", "days", "state", "days_left"),
    [
        (RESOLVE, 0, DeadlineState.RUNNING, 20),
        (RESOLVE, 12, DeadlineState.WARN, 8),
        (RESOLVE, 23, DeadlineState.OVERDUE, -3),
        (evolve(RESOLVE, met_at=AT + 20 * DAY), 40, DeadlineState.MET, None),
        (evolve(RESOLVE, met_at=AT + 21 * DAY), 40, DeadlineState.MET_LATE, None),
        (evolve(RESOLVE, stopped_at=AT), 40, DeadlineState.PAUSED, None),
        (evolve(RESOLVE, stopped_at=AT, suspended=True), 40, DeadlineState.SUSPENDED, None),
    ],
)
def test_deadline_view_shows_state_and_time_left(
    district: District, clock: Deadline, days: int, state: DeadlineState, days_left: int | None
) -> None:
    """A deadline's view shows the state at the time of the request, and the remaining time of a running clock, which is
    negative if overdue.
    """
    view = clock.to_view(ViewContext(district, AT + days * DAY), TipState.VERIFYING, "")
    assert view.state is state
    assert view.seconds_left == (None if days_left is None else days_left * SECONDS_A_DAY)
    assert view.is_met_in_time is (state is DeadlineState.MET)


def test_deadline_view_has_the_rules_name(district: District) -> None:
    """A deadline's view has the rule's name from the profile, or the id if the profile no longer has the rule."""
    context = ViewContext(district, AT)
    (rule,) = [rule for rule in district.deadlines if rule.id == "resolve"]
    view = RESOLVE.to_view(context, TipState.RECEIVED, "")
    assert (view.rule, view.rule_name) == ("resolve", rule.name)
    assert rule.name != "resolve"
    old = evolve(RESOLVE, rule="of an older profile").to_view(context, TipState.RECEIVED, "")
    assert old.rule_name == "of an older profile"


def test_answered_case_owes_nothing(tips: Tips, lan: Actor, clock: FixedClock, district: District) -> None:
    """An open case owes all unmet deadlines, a settled one only the answer to the reporter, and an answered one
    nothing, however much later.
    """
    case = receive_assigned_tip(tips, lan)

    def list_owed_rules() -> set[str]:
        row = tips.queries.get(lan, case.id).to_row(ViewContext(district, clock.now()))
        return {deadline.rule for deadline in row.deadlines if deadline.is_owed and deadline.met_at is None}

    assert {"resolve", "notify_receipt"} <= list_owed_rules()
    tips.handling.verify(lan, case.id)
    tips.settling.settle(lan, case.id, TipState.RESOLVED, answer="Đã tìm thấy xe", reason="handled", evidence="1/BC")
    settled = list_owed_rules()
    assert settled
    assert settled <= {rule.id for rule in district.deadlines if rule.start == "settled"}
    tips.settling.answered_by_hand(lan, case.id, "Đã gọi điện")
    clock.advance(timedelta(days=90))
    assert list_owed_rules() == set()


def test_lists_and_opened_cases_show_the_same(tips: Tips, lan: Actor, clock: FixedClock, district: District) -> None:
    """A case has the same deadlines in a list's row and in its view."""
    case = receive_assigned_tip(tips, lan)
    clock.advance(timedelta(days=15))
    context = ViewContext(district, clock.now())
    view = tips.queries.get(lan, case.id).to_view(context)
    assert view.deadlines == tips.queries.list(lan).items[0].to_row(context).deadlines
    assert all(isinstance(deadline, DeadlineView) for deadline in view.deadlines)
    assert {DeadlineState.OVERDUE, DeadlineState.WARN} <= {deadline.state for deadline in view.deadlines}
