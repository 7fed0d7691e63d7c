"""Counters give the number of tips that are overdue on a given day."""

from datetime import UTC, date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.domain.tips.conftest import receive_assigned_tip, receive_tip
from tests.domain.tips.test_model import AT, DAY, tip
from tests.support.purging import purge_scope

from anninh_core.domain.reports.figures.counter_maintenance import recount_records
from anninh_core.domain.tips import TipState
from anninh_core.domain.tips.deadlines import Deadline
from anninh_core.domain.tips.kind import TIP, tip_facts
from anninh_core.domain.tips.overdue import count_overdue, is_open_on
from anninh_core.domain.tips.service import Tips
from anninh_core.domain.tips.values import Settlement
from anninh_core.kernel.dates import end_of_day, local_date
from anninh_core.testing.clock import FixedClock
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.runner import UseCaseRunner

HERE = ["ninh-hoa"]

days = st.integers(0, 12).map(lambda n: DAY + timedelta(days=n))
moments = st.one_of(
    st.integers(0, 12 * 24 * 60).map(lambda n: AT + timedelta(minutes=n)), days.map(end_of_day)
)  # Ends of days are drawn as well, because legal limits end at them.
clocks = st.lists(st.builds(lambda due, met: Deadline(rule="r", due=due, met_at=met), moments, st.none() | moments))


@given(clocks, st.lists(days, max_size=5, unique=True).map(sorted))
def test_overdue_days_follow_from_changes(limits: list[Deadline], turns: list[date]) -> None:
    """However often a tip is settled and reopened, it counts as overdue on each day on which it is open past a
    limit.
    """
    settlements = tuple(Settlement(outcome=TipState.RESOLVED, day=day, in_time=True) for day in turns[::2])
    settled_tip = tip(clocks=tuple(limits), settlements=settlements, reopened_days=tuple(turns[1::2]))
    changes = [(fact.day, fact.amount) for fact in tip_facts(settled_tip) if fact.indicator == "tips_overdue"]

    for day in (DAY + timedelta(days=n) for n in range(-1, 15)):
        end = end_of_day(day)
        past = any(clock.due <= end and clock.is_running(end) for clock in limits)
        assert sum(amount for at, amount in changes if at <= day) == (past and is_open_on(settled_tip, day))


def test_limit_in_days_includes_the_whole_last_day() -> None:
    """A tip with a limit until 24:00 of a day is overdue at the end of that day, and not the day before."""
    dated_tip = tip(clocks=(Deadline(rule="r", due=end_of_day(DAY).astimezone(UTC)),))
    assert [fact.day for fact in tip_facts(dated_tip) if fact.indicator == "tips_overdue"] == [DAY]


def test_tip_settled_in_time_is_never_overdue(tips: Tips, lan: Actor, runner: UseCaseRunner) -> None:
    """Settling a tip in time removes the day on which it would have become overdue."""
    case = receive_assigned_tip(tips, lan)
    later = local_date(max(clock.due for clock in case.clocks))
    assert count_overdue(runner.context, HERE, later) == {"ninh-hoa": 1}

    tips.settling.settle(lan, case.id, TipState.RESOLVED, answer="Xong.", reason="handled")
    assert count_overdue(runner.context, HERE, later) == {}


def test_past_days_keep_their_overdue_tips(tips: Tips, lan: Actor, runner: UseCaseRunner, clock: FixedClock) -> None:
    """A tip that was settled too late still counts as overdue on the days before, in the counters and in a recount."""
    case = receive_assigned_tip(tips, lan)
    clock.advance(timedelta(days=200))
    tips.settling.settle(lan, case.id, TipState.RESOLVED, answer="Xong.", reason="handled")
    settled = local_date(clock.now())

    assert count_overdue(runner.context, HERE, settled - timedelta(days=1)) == {"ninh-hoa": 1}
    assert count_overdue(runner.context, HERE, settled) == {}
    assert recount_records(runner, [TIP]).differences == ()


def test_a_tip_that_moves_is_overdue_where_it_went(
    tips: Tips, lan: Actor, runner: UseCaseRunner, clock: FixedClock
) -> None:
    """A tip that moves to another unit counts as overdue there."""
    case = receive_tip(tips)
    tips.handling.triage(lan, case.id, category="crime", unit="ninh-van")
    clock.advance(timedelta(days=60))

    assert count_overdue(runner.context, ["ninh-hoa", "ninh-van"], local_date(clock.now())) == {"ninh-van": 1}


def test_purged_tip_stays_counted(tips: Tips, runner: UseCaseRunner, clock: FixedClock) -> None:
    """The counts of a purged tip stay, so that a report drafted later still balances."""
    receive_tip(tips)
    purged = receive_tip(tips)
    clock.advance(timedelta(days=60))
    purge_scope(runner.context, f"tip:{purged.id}")
    runner.context.encryptor.forget(f"tip:{purged.id}")

    assert count_overdue(runner.context, HERE, local_date(clock.now())) == {"ninh-hoa": 2}


def test_nothing_is_overdue_before_the_profile_is_in_force(tips: Tips, runner: UseCaseRunner) -> None:
    """A day before the profile is in force has no overdue tips."""
    assert count_overdue(runner.context, HERE, runner.context.district.valid_from - timedelta(days=1)) == {}
