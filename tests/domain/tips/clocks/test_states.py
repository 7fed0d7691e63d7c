"""How a clock stands: running, warning, overdue, met, paused, suspended; and what is due soon."""

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from tests.domain.tips.conftest import ROUTER, received, worked
from tests.domain.tips.test_model import AT, tip

from anninh_core.domain.tips import explain_clock
from anninh_core.domain.tips.clocks.recomputation import recompute_deadlines
from anninh_core.domain.tips.deadline_reasons import clock_state
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
        (RESOLVE, 12, D.WARN),  # seven days before the target
        (RESOLVE, 20, D.WARN),  # the target is over, the limit isn't
        (RESOLVE, 21, D.OVERDUE),
        (evolve(RESOLVE, met_at=AT + timedelta(days=20)), 40, D.MET),
        (evolve(RESOLVE, met_at=AT + timedelta(days=21)), 40, D.MET_LATE),
        (evolve(RESOLVE, stopped_at=AT), 40, D.PAUSED),
        (evolve(RESOLVE, stopped_at=AT, suspended=True), 40, D.SUSPENDED),
        (Deadline(rule="of an older profile", due=AT + timedelta(days=20)), 19, D.WARN),
    ],
)
def test_a_clock_says_how_it_stands(district: District, clock: Deadline, after: int, state: DeadlineState) -> None:
    """By the days that its rule warns before; a rule that is gone warns a day before."""
    assert clock_state(district, clock, AT + timedelta(days=after)) is state


def test_hours_warn_hours_before(district: District) -> None:
    """A serious tip is to be passed on within 24 hours: six of them before, it warns."""
    serious = recompute_deadlines(district, tip(urgency="serious", moments={"received": AT}), AT)
    (clock,) = [one for one in serious.clocks if one.rule == "transfer_serious"]
    rule = next(one for one in district.deadlines if one.id == clock.rule)
    assert warn_at(rule, clock) == AT + timedelta(hours=18)


def test_waiting_pauses_the_districts_own_clock(
    tips: Tips, lan: Actor, clock: FixedClock, runner: UseCaseRunner, district: District
) -> None:
    """Ten days of waiting: the case isn't overdue meanwhile, and its limit lies ten days later; it says why."""
    case = received(tips, "Đèn đường hỏng", category="")
    tips.clocks.record_identity_refused(lan, case.id, "không muốn")
    run_step(tips.intake.confirm_receipt, ROUTER, case.id)
    tips.handling.triage(lan, case.id, category=next(iter(district.incoming)), legal_kind="feedback")
    clock.advance(timedelta(days=15))
    asked = tips.handling.ask_back(lan, case.id, "Đèn nào ạ?")
    paused = next(one for one in asked.clocks if one.rule == "resolve_feedback")
    assert clock_state(district, paused, clock.now()) is D.PAUSED
    assert "đang chờ người báo tin" in explain_clock(district, asked, paused)

    clock.advance(timedelta(days=10))
    assert count_overdue(runner.context, ["ninh-hoa"], local_date(clock.now())) == {}
    heard = run_step(tips.intake.add, ROUTER, case.id, Addition(text="Em ở xóm 3"))
    running = next(one for one in heard.clocks if one.rule == "resolve_feedback")
    assert running.due == paused.due + timedelta(days=10)
    assert clock_state(district, running, clock.now()) is not D.OVERDUE
    assert "đã chờ người báo tin" in explain_clock(district, heard, running)


def test_waiting_leaves_the_laws_clock_alone(tips: Tips, lan: Actor, clock: FixedClock) -> None:
    """However long the reporter doesn't answer, the twenty days run on and are overdue."""
    case = worked(tips, lan)
    before = {one.rule: one.due for one in case.clocks}
    asked = tips.handling.ask_back(lan, case.id, "Xe màu gì?")
    assert all(one.stopped_at is None for one in asked.clocks if one.rule != "first_answer")
    clock.advance(timedelta(days=30))
    heard = run_step(tips.intake.add, ROUTER, case.id, Addition(text="Em ở xóm 3"))

    assert {one.rule: one.due for one in heard.clocks if one.rule in ("resolve", "notify_receipt")} == {
        rule: due for rule, due in before.items() if rule in ("resolve", "notify_receipt")
    }
    assert [one.id for one in tips.queries.overdue(lan).items] == [case.id]


def test_what_warns_is_due_soon(tips: Tips, lan: Actor, clock: FixedClock) -> None:
    """What is to be done first comes first; what is overdue, met or far off isn't in the list."""
    tips.clocks.record_written_notice(lan, (first := worked(tips, lan)).id, number="1/TB", day=date(2021, 9, 1))
    run_step(tips.intake.confirm_receipt, ROUTER, first.id)
    assert tips.queries.due_soon(lan).items == ()

    clock.advance(timedelta(days=2))
    second = worked(tips, lan)
    run_step(tips.intake.confirm_receipt, ROUTER, second.id)
    tips.clocks.record_written_notice(lan, second.id, number="2/TB", day=date(2021, 9, 3))
    clock.advance(timedelta(days=13))
    assert [one.id for one in tips.queries.due_soon(lan).items] == [first.id, second.id]
    clock.advance(timedelta(days=6))
    assert [one.id for one in tips.queries.due_soon(lan).items] == [second.id]
    assert tips.queries.due_soon(lan, unit="ninh-van").items == ()


def test_a_clock_behind_the_calendar_says_so(district: District) -> None:
    """In a sentence, with the day up to which days off are known."""
    end = datetime(2028, 12, 28, 3, tzinfo=UTC)
    case = recompute_deadlines(district, tip(moments={"received": end}, received_at=end), end)
    (clock,) = [one for one in case.clocks if one.rule == "notify_receipt"]
    assert clock.leaves_calendar
    assert "chỉ có đến ngày 31/12/2028" in explain_clock(district, case, clock)


@pytest.mark.parametrize(
    ("received_at", "rule", "words"),
    [
        (datetime(2027, 2, 4, 3, tzinfo=UTC), "notify_receipt", "nên làm xong trước hết ngày 08/02/2027"),
        (datetime(2026, 11, 20, 3, tzinfo=UTC), "notify_receipt", ""),
    ],
)
def test_doubtful_days_are_told(district: District, received_at: datetime, rule: str, words: str) -> None:
    """Only where a day that nobody has decided lies between the two readings."""
    case = recompute_deadlines(district, tip(moments={"received": received_at}), received_at)
    (clock,) = [one for one in case.clocks if one.rule == rule]
    assert words in explain_clock(district, case, clock)
    assert bool(words) is bool(explain_clock(district, case, clock))
