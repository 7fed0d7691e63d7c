"""A clock is running, warning, overdue, met, paused or suspended, and the tips due soon are listed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from tests.domain.tips.conftest import ROUTER, receive_assigned_tip, receive_tip
from tests.domain.tips.test_model import AT, tip

from anninh_core.domain.tips import explain_clock
from anninh_core.domain.tips.clocks.recomputation import recompute_deadlines
from anninh_core.domain.tips.deadline_reasons import compute_clock_state
from anninh_core.domain.tips.deadlines import Deadline, warn_at
from anninh_core.domain.tips.intake import Addition
from anninh_core.domain.tips.overdue import count_overdue
from anninh_core.domain.tips.service import Tips
from anninh_core.domain.tips.states import DeadlineState
from anninh_core.kernel.dates import local_date
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.steps import run_step
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.district import District

D = DeadlineState
RESOLVE = Deadline(rule="resolve", due=AT + timedelta(days=20), target=AT + timedelta(days=19))


@pytest.mark.parametrize(
    ("clock", "after", "state"),
    [
        (RESOLVE, 0, D.RUNNING),
        (RESOLVE, 11, D.RUNNING),
        (RESOLVE, 12, D.WARN),  # The clock is seven days before its target.
        (RESOLVE, 20, D.WARN),  # The clock is after its target and before its limit.
        (RESOLVE, 21, D.OVERDUE),
        (evolve(RESOLVE, met_at=AT + timedelta(days=20)), 40, D.MET),
        (evolve(RESOLVE, met_at=AT + timedelta(days=21)), 40, D.MET_LATE),
        (evolve(RESOLVE, stopped_at=AT), 40, D.PAUSED),
        (evolve(RESOLVE, stopped_at=AT, suspended=True), 40, D.SUSPENDED),
        (Deadline(rule="of an older profile", due=AT + timedelta(days=20)), 19, D.WARN),
    ],
)
def test_clock_state_follows_its_rule(district: District, clock: Deadline, after: int, state: DeadlineState) -> None:
    """A clock warns by the days of its rule, or a day before its limit if the profile no longer has the rule."""
    assert compute_clock_state(district, clock, AT + timedelta(days=after)) is state


def test_clock_in_hours_warns_hours_before(district: District) -> None:
    """A clock of 24 hours, as for a serious tip to be transferred, warns six hours before."""
    serious = recompute_deadlines(district, tip(urgency="serious", moments={"received": AT}), AT)
    (clock,) = [deadline for deadline in serious.clocks if deadline.rule == "transfer_serious"]
    rule = next(deadline_rule for deadline_rule in district.deadlines if deadline_rule.id == clock.rule)
    assert warn_at(rule, clock) == AT + timedelta(hours=18)


def test_waiting_pauses_the_districts_own_clock(
    tips: Tips, lan: Actor, clock: FixedClock, runner: UseCaseRunner, district: District
) -> None:
    """While the reporter is awaited, the district's own clock is paused and isn't overdue; afterwards its limit is
    later by the wait, with an explanation.
    """
    case = receive_tip(tips, "Đèn đường hỏng", category="")
    tips.clocks.record_identity_refused(lan, case.id, "không muốn")
    run_step(tips.intake.confirm_receipt, ROUTER, case.id)
    tips.handling.triage(lan, case.id, category=next(iter(district.incoming)), legal_kind="feedback")
    clock.advance(timedelta(days=15))
    waiting = tips.handling.ask_back(lan, case.id, "Đèn nào ạ?")
    paused = next(deadline for deadline in waiting.clocks if deadline.rule == "resolve_feedback")
    assert compute_clock_state(district, paused, clock.now()) is D.PAUSED
    assert "đang chờ người báo tin" in explain_clock(district, waiting, paused)

    clock.advance(timedelta(days=10))
    assert count_overdue(runner.context, ["ninh-hoa"], local_date(clock.now())) == {}
    resumed = run_step(tips.intake.add, ROUTER, case.id, Addition(text="Em ở xóm 3"))
    running = next(deadline for deadline in resumed.clocks if deadline.rule == "resolve_feedback")
    assert running.due == paused.due + timedelta(days=10)
    assert compute_clock_state(district, running, clock.now()) is not D.OVERDUE
    assert "đã chờ người báo tin" in explain_clock(district, resumed, running)


def test_waiting_leaves_the_legal_clock_running(tips: Tips, lan: Actor, clock: FixedClock) -> None:
    """The legal clock runs on and becomes overdue while the reporter is awaited."""
    case = receive_assigned_tip(tips, lan)
    before = {deadline.rule: deadline.due for deadline in case.clocks}
    waiting = tips.handling.ask_back(lan, case.id, "Xe màu gì?")
    assert all(deadline.stopped_at is None for deadline in waiting.clocks if deadline.rule != "first_answer")
    clock.advance(timedelta(days=30))
    resumed = run_step(tips.intake.add, ROUTER, case.id, Addition(text="Em ở xóm 3"))

    assert {
        deadline.rule: deadline.due for deadline in resumed.clocks if deadline.rule in ("resolve", "notify_receipt")
    } == {rule: due for rule, due in before.items() if rule in ("resolve", "notify_receipt")}
    assert [overdue.id for overdue in tips.queries.overdue(lan).items] == [case.id]


def test_warning_tips_are_due_soon(tips: Tips, lan: Actor, clock: FixedClock) -> None:
    """The list of tips due soon has the most urgent first, without tips that are overdue, met or not due yet."""
    tips.clocks.record_written_notice(
        lan, (first := receive_assigned_tip(tips, lan)).id, number="1/TB", day=date(2021, 9, 1)
    )
    run_step(tips.intake.confirm_receipt, ROUTER, first.id)
    assert tips.queries.due_soon(lan).items == ()

    clock.advance(timedelta(days=2))
    second = receive_assigned_tip(tips, lan)
    run_step(tips.intake.confirm_receipt, ROUTER, second.id)
    tips.clocks.record_written_notice(lan, second.id, number="2/TB", day=date(2021, 9, 3))
    clock.advance(timedelta(days=13))
    assert [tip.id for tip in tips.queries.due_soon(lan).items] == [first.id, second.id]
    clock.advance(timedelta(days=6))
    assert [tip.id for tip in tips.queries.due_soon(lan).items] == [second.id]
    assert tips.queries.due_soon(lan, unit="ninh-van").items == ()


def test_clock_beyond_the_calendar_is_explained(district: District) -> None:
    """If a deadline would end after the last day of the calendar, the explanation names that day."""
    end = datetime(2028, 12, 28, 3, tzinfo=UTC)
    case = recompute_deadlines(district, tip(moments={"received": end}, received_at=end), end)
    (clock,) = [deadline for deadline in case.clocks if deadline.rule == "notify_receipt"]
    assert clock.leaves_calendar
    assert "chỉ có đến ngày 31/12/2028" in explain_clock(district, case, clock)


@pytest.mark.parametrize(
    ("received_at", "rule", "words"),
    [
        (datetime(2027, 2, 4, 3, tzinfo=UTC), "notify_receipt", "nên làm xong trước hết ngày 08/02/2027"),
        (datetime(2026, 11, 20, 3, tzinfo=UTC), "notify_receipt", ""),
    ],
)
def test_undecided_days_off_are_explained(district: District, received_at: datetime, rule: str, words: str) -> None:
    """The explanation of a deadline mentions an undecided day off only if it falls between the target and the limit."""
    case = recompute_deadlines(district, tip(moments={"received": received_at}), received_at)
    (clock,) = [deadline for deadline in case.clocks if deadline.rule == rule]
    assert words in explain_clock(district, case, clock)
    assert bool(words) is bool(explain_clock(district, case, clock))
