"""The categories that officers choose are compared with the suggested ones, and the agreement is counted."""

from datetime import date

import pytest
from tests.domain.tips.conftest import receive_tip

from anninh_core.domain.tips.service import Tips
from anninh_core.kernel.errors import Refused
from anninh_core.usecase.actor import Actor

YEARS = {"start": date(2000, 1, 1), "end": date(2100, 1, 1)}


def test_only_the_first_triage_is_compared(tips: Tips, lan: Actor) -> None:
    """Only the category chosen in the first triage is compared with the suggested category; later changes aren't."""
    agreed, other, unsuggested = (receive_tip(tips, category=category) for category in ("crime", "crime", ""))
    tips.handling.triage(lan, agreed.id, category="crime")
    tips.handling.triage(lan, other.id, category="traffic")
    tips.handling.triage(lan, other.id, category="crime")
    tips.handling.triage(lan, unsuggested.id, category="fire")

    agreement = tips.suggestions.suggestion_agreement(lan, unit="ninh-hoa", **YEARS)

    assert agreement.pairs == {("crime", "crime"): 1, ("crime", "traffic"): 1, ("", "fire"): 1}
    assert (agreement.agreed, agreement.judged) == (1, 2)


def test_entered_category_is_no_suggestion(tips: Tips, lan: Actor, boss: Actor) -> None:
    """A category that an officer entered isn't counted as a suggestion."""
    tip = tips.intake.record_walk_in(lan, "Mất xe", unit="ninh-hoa", category="crime")
    tips.handling.triage(lan, tip.id, category="crime")

    agreement = tips.suggestions.suggestion_agreement(boss, unit="hoa-lu", **YEARS)

    assert (agreement.agreed, agreement.judged, dict(agreement.pairs)) == (0, 0, {})


def test_agreement_is_limited_by_days_and_unit(tips: Tips, lan: Actor, boss: Actor) -> None:
    """The agreement with suggested categories is counted within the given days, for the unit and those below it; an
    officer without permission is refused.
    """
    tip = receive_tip(tips)
    tips.handling.triage(lan, tip.id, category="crime")

    assert tips.suggestions.suggestion_agreement(boss, unit="hoa-lu", **YEARS).judged == 1
    before = {"start": date(2000, 1, 1), "end": date(2000, 12, 31)}
    assert tips.suggestions.suggestion_agreement(boss, unit="hoa-lu", **before).judged == 0
    with pytest.raises(Refused):
        tips.suggestions.suggestion_agreement(lan, unit="ninh-my", **YEARS)
