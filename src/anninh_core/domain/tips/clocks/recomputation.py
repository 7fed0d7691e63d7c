"""Clocks anew, after anything that may change them."""

from datetime import datetime

from anninh_core.domain.tips.deadlines import compute_deadlines
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import TipState
from anninh_core.domain.tips.values import Wait
from anninh_core.kernel.replacing import evolve
from anninh_core.vocabulary.district import District

_NOTICE = "notice"


def recompute_deadlines(district: District, tip: Tip, at: datetime) -> Tip:
    """Return the tip with its clocks as its kind, urgency, moments, decisions and waits make them.

    Args:
        district: whose rules and calendar.
        tip: the tip as it is now.
        at: when it became so: a time of waiting for the reporter begins or ends then.
    """
    noted = _keep_old_notice(district, _note_wait(tip, at))
    deadlines = compute_deadlines(
        district.deadlines,
        district.calendar,
        legal_kind=noted.legal_kind,
        urgency=noted.urgency,
        moments=noted.moments,
        decisions=noted.decisions,
        waits=noted.waits,
    )
    return evolve(noted, clocks=deadlines)


def _note_wait(tip: Tip, at: datetime) -> Tip:
    is_open = bool(tip.waits) and tip.waits[-1].end is None
    if is_open is (tip.state is TipState.WAITING):
        return tip
    if is_open:
        return evolve(tip, waits=(*tip.waits[:-1], evolve(tip.waits[-1], end=at)))
    return evolve(tip, waits=(*tip.waits, Wait(start=at)))


def _keep_old_notice(district: District, tip: Tip) -> Tip:
    """Keep that notice was given where it was by the rule of its time: before, a receipt in chat was enough."""
    if not tip.clocks:
        return tip
    noticed_rules = {rule.id for rule in district.deadlines if rule.met_by == _NOTICE}
    old = [
        clock.met_at for clock in tip.clocks if clock.target is None and clock.met_at and clock.rule in noticed_rules
    ]
    return tip.with_timestamp(_NOTICE, min(old)) if old else tip
