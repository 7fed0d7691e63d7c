"""Recorded decisions, in any order, keep the limits of the law."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from anninh_core.app import App
from anninh_core.domain.tips import Tip
from anninh_core.domain.tips.states import DecisionKind
from anninh_core.kernel.dates import VIETNAM, add_months, local_date
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.limits import find_last_day
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.usecase.actor import Actor

START = datetime(2026, 11, 20, 9, tzinfo=VIETNAM)
PAPER: dict[str, Any] = {"body": "VKS", "number": "1/QĐ"}
PAPERS = ("mark_complex", "extend", "suspend", "revoke_suspension")
ACTS = (*PAPERS, "ask_back", "verify", "triage")

acts = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 25)), max_size=14)


def try_action(app: App, lan: Actor, tip: Tip, act: str) -> bool:
    """Try an action on a tip as an officer would today; return whether it was accepted."""
    today = local_date(app.internals.context.clock.now())
    arguments: dict[str, dict[str, Any]] = {
        "extend": PAPER | {"day": today, "asked_on": today},
        "ask_back": {"question": "Ở đâu ạ?"},
        "verify": {},
        "triage": {"category": "crime"},
    }
    call: Callable[..., Tip] = getattr(app.tips.clocks if act in PAPERS else app.tips, act)
    try:
        call(lan, tip.id, **arguments.get(act, PAPER | {"day": today}))
    except BadInput:
        return False
    return True


@settings(max_examples=40, deadline=None)
@given(acts)
def test_no_order_of_decisions_exceeds_the_law(steps: list[tuple[str, int]]) -> None:
    """In any order of decisions, a case is extended at most once and ends within four months, or within one month of a
    revoked suspension.
    """
    clock = FixedClock(START)
    with memory_app(clock=clock) as app:
        lan = UnsafeLocalUsers(app).appoint("Cán bộ Lan", "ninh-hoa", "tip_officer")
        tip = app.tips.record_walk_in(lan, "Mất trộm xe máy", unit="ninh-hoa", category="crime")
        done: list[str] = []
        for act, days in steps:
            clock.advance(timedelta(days=days))
            done += [act] * try_action(app, lan, tip, act)
        seen = app.tips.get(lan, tip.id)

    kinds = [decision.kind for decision in seen.decisions]
    assert kinds.count(DecisionKind.EXTENDED) <= 1
    assert kinds.count(DecisionKind.COMPLEX) <= 1
    assert len(kinds) == sum(act in PAPERS for act in done)
    calendar = app.district.calendar
    revoked = [decision.day for decision in seen.decisions if decision.kind is DecisionKind.REVOKED]
    last_day = add_months(revoked[-1], 1) if revoked else add_months(START.date(), 4)
    for deadline in seen.clocks:
        if deadline.rule.startswith("resolve"):
            assert find_last_day(deadline.due) <= calendar.next_working_day_or_same(last_day)
