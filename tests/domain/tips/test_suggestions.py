"""Whether officers choose what was suggested is counted, and can be asked for."""

from datetime import date

import pytest
from tests.domain.tips.conftest import received

from anninh_core.domain.tips.service import Tips
from anninh_core.kernel.errors import Refused
from anninh_core.usecase.actor import Actor

YEARS = {"start": date(2000, 1, 1), "end": date(2100, 1, 1)}


def test_the_first_triage_answers_a_suggestion(tips: Tips, lan: Actor) -> None:
    """What an officer chooses first is compared; what they change later is another matter."""
    agreed, other, unsaid = (received(tips, category=category) for category in ("crime", "crime", ""))
    tips.handling.triage(lan, agreed.id, category="crime")
    tips.handling.triage(lan, other.id, category="traffic")
    tips.handling.triage(lan, other.id, category="crime")
    tips.handling.triage(lan, unsaid.id, category="fire")

    found = tips.suggestions.suggestion_agreement(lan, unit="ninh-hoa", **YEARS)

    assert found.pairs == {("crime", "crime"): 1, ("crime", "traffic"): 1, ("", "fire"): 1}
    assert (found.agreed, found.judged) == (1, 2)


def test_what_a_person_entered_was_no_suggestion(tips: Tips, lan: Actor, boss: Actor) -> None:
    """An officer who enters a walk-in agrees with nobody."""
    tip = tips.intake.record_walk_in(lan, "Mất xe", unit="ninh-hoa", category="crime")
    tips.handling.triage(lan, tip.id, category="crime")

    found = tips.suggestions.suggestion_agreement(boss, unit="hoa-lu", **YEARS)

    assert (found.agreed, found.judged, dict(found.pairs)) == (0, 0, {})


def test_days_and_units_bound_it(tips: Tips, lan: Actor, boss: Actor) -> None:
    """A day before doesn't count, a superior unit counts what is below, and a stranger is refused."""
    tip = received(tips)
    tips.handling.triage(lan, tip.id, category="crime")

    assert tips.suggestions.suggestion_agreement(boss, unit="hoa-lu", **YEARS).judged == 1
    before = {"start": date(2000, 1, 1), "end": date(2000, 12, 31)}
    assert tips.suggestions.suggestion_agreement(boss, unit="hoa-lu", **before).judged == 0
    with pytest.raises(Refused):
        tips.suggestions.suggestion_agreement(lan, unit="ninh-my", **YEARS)
