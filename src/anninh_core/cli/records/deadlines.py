"""Output of the legal deadlines of a tip."""

from gettext import gettext as _
from typing import Any

from anninh_core.cli.language.speaking import find_output_language
from anninh_core.cli.output import format_deadline, format_iso, format_moment
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


def build_deadline_data(deadline: Any) -> dict[str, object]:
    """Return a deadline as JSON data: its target, its limit, its state, and why it moved."""
    return {
        "rule": deadline.rule,
        "target": format_iso(deadline.target),
        "due": format_iso(deadline.due),
        "met_at": format_iso(deadline.met_at),
        "state": deadline.state.value,
        "why": deadline.why,
    }


def build_deadline_fact(deadline: Any) -> tuple[str, str]:
    """Return a deadline as a fact of its tip. In English its id is in the heading, because options take it."""
    limit = _("limit")
    if find_output_language() == "en":
        return f"{limit} {deadline.rule}", _describe_deadline(deadline)
    return limit, format_deadline_line(deadline)


def format_deadline_line(deadline: Any) -> str:
    """Return a deadline with its name, in English with its id, because options take it."""
    name = deadline.rule if find_output_language() == "en" else deadline.rule_name
    return f"{name}: {_describe_deadline(deadline)}"


def _describe_deadline(deadline: Any) -> str:
    """Return the target, the limit and the state of a deadline in words, and why it moved."""
    has_target = deadline.target and deadline.target != deadline.due
    target = _("target {moment}, ").format(moment=format_deadline(deadline.target)) if has_target else ""
    until = _("until {moment}").format(moment=format_deadline(deadline.due))
    state = _(_STATES[deadline.state])
    met = f" {format_moment(deadline.met_at)}" if deadline.met_at else ""
    why = f". {deadline.why}" if deadline.why else ""
    return f"{target}{until}, {state}{met}{why}"
