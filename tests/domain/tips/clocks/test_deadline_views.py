"""What leaves of a deadline: its name, how it stands at the moment it is asked for, and how much time is left."""

from datetime import timedelta

import pytest
from attrs import evolve
from tests.domain.tips.conftest import worked
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
def test_a_deadline_shows_how_it_stands(
    district: District, clock: Deadline, days: int, state: DeadlineState, days_left: int | None
) -> None:
    """At the moment it is asked for; time is left of what runs, and less than none of what is overdue."""
    shown = clock.to_view(ViewContext(district, AT + days * DAY), TipState.VERIFYING, "")
    assert shown.state is state
    assert shown.seconds_left == (None if days_left is None else days_left * SECONDS_A_DAY)
    assert shown.is_met_in_time is (state is DeadlineState.MET)


def test_a_deadline_bears_the_name_of_the_profile(district: District) -> None:
    """Beside its id; of a rule that the profile has no more, the id is all there is."""
    context = ViewContext(district, AT)
    (rule,) = [one for one in district.deadlines if one.id == "resolve"]
    shown = RESOLVE.to_view(context, TipState.RECEIVED, "")
    assert (shown.rule, shown.rule_name) == ("resolve", rule.name)
    assert rule.name != "resolve"
    old = evolve(RESOLVE, rule="of an older profile").to_view(context, TipState.RECEIVED, "")
    assert old.rule_name == "of an older profile"


def test_once_a_case_is_over_nothing_is_owed(tips: Tips, lan: Actor, clock: FixedClock, district: District) -> None:
    """Open: all that isn't met is owed; settled: telling the reporter; told: nothing, however long ago it ended."""
    case = worked(tips, lan)

    def owed() -> set[str]:
        row = tips.queries.get(lan, case.id).to_row(ViewContext(district, clock.now()))
        return {one.rule for one in row.deadlines if one.is_owed and one.met_at is None}

    assert {"resolve", "notify_receipt"} <= owed()
    tips.handling.verify(lan, case.id)
    tips.settling.settle(lan, case.id, TipState.RESOLVED, answer="Đã tìm thấy xe", reason="handled", evidence="1/BC")
    settled = owed()
    assert settled
    assert settled <= {one.id for one in district.deadlines if one.start == "settled"}
    tips.settling.answered_by_hand(lan, case.id, "Đã gọi điện")
    clock.advance(timedelta(days=90))
    assert owed() == set()


def test_lists_and_opened_cases_show_the_same(tips: Tips, lan: Actor, clock: FixedClock, district: District) -> None:
    """A row's deadlines are those of the view."""
    case = worked(tips, lan)
    clock.advance(timedelta(days=15))
    context = ViewContext(district, clock.now())
    shown = tips.queries.get(lan, case.id).to_view(context)
    assert shown.deadlines == tips.queries.list(lan).items[0].to_row(context).deadlines
    assert all(isinstance(one, DeadlineView) for one in shown.deadlines)
    assert {DeadlineState.OVERDUE, DeadlineState.WARN} <= {one.state for one in shown.deadlines}
