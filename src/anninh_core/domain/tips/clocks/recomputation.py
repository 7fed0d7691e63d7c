"""Recomputation of a tip's clocks, after any change that may affect them."""

from datetime import datetime

from anninh_core.domain.tips.deadlines import compute_deadlines
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import TipState
from anninh_core.domain.tips.values import Wait
from anninh_core.kernel.replacing import evolve
from anninh_core.vocabulary.district import District

_NOTICE = "notice"


def recompute_deadlines(district: District, tip: Tip, at: datetime) -> Tip:
    """Return the tip with clocks recomputed from its legal kind, urgency, timestamps, decisions and waits.

    Args:
        district: district with the deadline rules and calendar.
        tip: the changed tip.
        at: time of the change: a wait for the reporter begins or ends then.
    """
    updated = _keep_earlier_notice(district, _update_wait(tip, at))
    deadlines = compute_deadlines(
        district.deadlines,
        district.calendar,
        legal_kind=updated.legal_kind,
        urgency=updated.urgency,
        moments=updated.moments,
        decisions=updated.decisions,
        waits=updated.waits,
    )
    return evolve(updated, clocks=deadlines)


def _update_wait(tip: Tip, at: datetime) -> Tip:
    is_open = bool(tip.waits) and tip.waits[-1].end is None
    if is_open is (tip.state is TipState.WAITING):
        return tip
    if is_open:
        return evolve(tip, waits=(*tip.waits[:-1], evolve(tip.waits[-1], end=at)))
    return evolve(tip, waits=(*tip.waits, Wait(start=at)))


def _keep_earlier_notice(district: District, tip: Tip) -> Tip:
    """Return the tip with the time of a notice that met the rule of its time: in earlier versions a receipt in chat was
    enough.
    """
    if not tip.clocks:
        return tip
    notice_rules = {rule.id for rule in district.deadlines if rule.met_by == _NOTICE}
    met_times = [
        clock.met_at for clock in tip.clocks if clock.target is None and clock.met_at and clock.rule in notice_rules
    ]
    return tip.with_timestamp(_NOTICE, min(met_times)) if met_times else tip
