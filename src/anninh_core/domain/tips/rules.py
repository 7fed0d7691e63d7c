"""Pure rules of tips: their clocks. Place, routing and duplicates stand in `sorting`."""

from attrs import evolve

from anninh_core.domain.tips.deadlines import compute_deadlines
from anninh_core.domain.tips.model import Tip
from anninh_core.vocabulary.district import District


def recompute_deadlines(district: District, tip: Tip) -> Tip:
    """Return the tip with its clocks as its kind, urgency and moments make them."""
    deadlines = compute_deadlines(
        district.deadlines, district.calendar, legal_kind=tip.legal_kind, urgency=tip.urgency, moments=tip.moments
    )
    return evolve(tip, clocks=deadlines)
