"""What was overdue on a day, from the counters."""

from datetime import UTC, date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.domain.tips.conftest import received, worked
from tests.domain.tips.test_model import AT, DAY, tip
from tests.support.purging import purge_scope

from anninh_core.domain.reports.figures.counter_maintenance import recount
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
)  # ends of days are where limits of the law run out
clocks = st.lists(st.builds(lambda due, met: Deadline(rule="r", due=due, met_at=met), moments, st.none() | moments))


@given(clocks, st.lists(days, max_size=5, unique=True).map(sorted))
def test_any_day_can_be_counted_from_the_changes(limits: list[Deadline], turns: list[date]) -> None:
    """However often a tip is settled and opened again: it is counted on the days when it stood open past a limit."""
    settlements = tuple(Settlement(outcome=TipState.RESOLVED, day=day, in_time=True) for day in turns[::2])
    made = tip(clocks=tuple(limits), settlements=settlements, reopened_days=tuple(turns[1::2]))
    changes = [(fact.day, fact.amount) for fact in tip_facts(made) if fact.indicator == "tips_overdue"]

    for day in (DAY + timedelta(days=n) for n in range(-1, 15)):
        end = end_of_day(day)
        past = any(clock.due <= end and clock.is_running(end) for clock in limits)
        assert sum(amount for at, amount in changes if at <= day) == (past and is_open_on(made, day))


def test_a_limit_set_in_days_has_its_last_day_to_the_end() -> None:
    """A tip is overdue at the end of the day at whose 24:00 its limit runs out, and not the day before."""
    made = tip(clocks=(Deadline(rule="r", due=end_of_day(DAY).astimezone(UTC)),))
    assert [fact.day for fact in tip_facts(made) if fact.indicator == "tips_overdue"] == [DAY]


def test_what_is_settled_in_time_was_never_overdue(tips: Tips, lan: Actor, runner: UseCaseRunner) -> None:
    """The day on which a limit would have run out is taken back."""
    case = worked(tips, lan)
    later = local_date(max(clock.due for clock in case.clocks))
    assert count_overdue(runner.context, HERE, later) == {"ninh-hoa": 1}

    tips.settling.settle(lan, case.id, TipState.RESOLVED, answer="Xong.", reason="handled")
    assert count_overdue(runner.context, HERE, later) == {}


def test_a_day_of_the_past_is_told_as_it_was(tips: Tips, lan: Actor, runner: UseCaseRunner, clock: FixedClock) -> None:
    """What was settled too late still counts on the days before; the records tell the same."""
    case = worked(tips, lan)
    clock.advance(timedelta(days=200))
    tips.settling.settle(lan, case.id, TipState.RESOLVED, answer="Xong.", reason="handled")
    settled = local_date(clock.now())

    assert count_overdue(runner.context, HERE, settled - timedelta(days=1)) == {"ninh-hoa": 1}
    assert count_overdue(runner.context, HERE, settled) == {}
    assert recount(runner, [TIP]).differences == ()


def test_a_tip_that_moves_is_overdue_where_it_went(
    tips: Tips, lan: Actor, runner: UseCaseRunner, clock: FixedClock
) -> None:
    """Another unit takes the tip's limits over with it."""
    case = received(tips)
    tips.handling.triage(lan, case.id, category="crime", unit="ninh-van")
    clock.advance(timedelta(days=60))

    assert count_overdue(runner.context, ["ninh-hoa", "ninh-van"], local_date(clock.now())) == {"ninh-van": 1}


def test_what_was_purged_stays_as_it_was_counted(tips: Tips, runner: UseCaseRunner, clock: FixedClock) -> None:
    """A report can be drafted after a purge, and its figures go on fitting together: a tombstone keeps its facts."""
    received(tips)
    purged = received(tips)
    clock.advance(timedelta(days=60))
    purge_scope(runner.context, f"tip:{purged.id}")
    runner.context.encryptor.forget(f"tip:{purged.id}")

    assert count_overdue(runner.context, HERE, local_date(clock.now())) == {"ninh-hoa": 2}


def test_nothing_is_overdue_before_the_profile_is_in_force(tips: Tips, runner: UseCaseRunner) -> None:
    """A day before it has no number."""
    assert count_overdue(runner.context, HERE, runner.context.district.valid_from - timedelta(days=1)) == {}
