"""Show the legal deadlines of a tip."""

from gettext import gettext as _
from typing import Any

from anninh_core.cli.language.speaking import spoken
from anninh_core.cli.output import due, iso, when
from anninh_core.domain.tips.states import DeadlineState
from anninh_core.language.catalogue import marked

_STATES = {
    DeadlineState.RUNNING: marked("running"),
    DeadlineState.WARN: marked("due soon"),
    DeadlineState.OVERDUE: marked("OVERDUE"),
    DeadlineState.MET: marked("kept"),
    DeadlineState.MET_LATE: marked("missed"),
    DeadlineState.PAUSED: marked("paused for the reporter"),
    DeadlineState.SUSPENDED: marked("suspended"),
}


def deadline_data(deadline: Any) -> dict[str, object]:
    """Return a deadline as JSON data: target and limit, its state, and why it moved."""
    return {
        "rule": deadline.rule,
        "target": iso(deadline.target),
        "due": iso(deadline.due),
        "met_at": iso(deadline.met_at),
        "state": deadline.state.value,
        "why": deadline.why,
    }


def deadline_fact(deadline: Any) -> tuple[str, str]:
    """Return a deadline as a fact of its tip. In English its id is in the heading, because options take it."""
    limit = _("limit")
    if spoken() == "en":
        return f"{limit} {deadline.rule}", _describe(deadline)
    return limit, deadline_line(deadline)


def deadline_line(deadline: Any) -> str:
    """Return a deadline with its name, in English with its id, because options take it."""
    name = deadline.rule if spoken() == "en" else deadline.rule_name
    return f"{name}: {_describe(deadline)}"


def _describe(deadline: Any) -> str:
    """Return the target, the limit, the state, and why the deadline moved."""
    has_target = deadline.target and deadline.target != deadline.due
    target = _("target {moment}, ").format(moment=due(deadline.target)) if has_target else ""
    until = _("until {moment}").format(moment=due(deadline.due))
    state = _(_STATES[deadline.state])
    met = f" {when(deadline.met_at)}" if deadline.met_at else ""
    why = f". {deadline.why}" if deadline.why else ""
    return f"{target}{until}, {state}{met}{why}"
