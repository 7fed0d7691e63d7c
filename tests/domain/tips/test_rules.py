"""Routing rules choose the unit for a tip by the facts of the tip."""

import attrs
import pytest
from tests.domain.tips.conftest import receive_tip

from anninh_core.domain.tips import Tip
from anninh_core.domain.tips.service import Tips
from anninh_core.domain.tips.sorting.routing import suggest_route
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.rules import TIP_FACTS, RoutingRule

LAST = RoutingRule(id="own", to="own", reason="the rest stays")


@pytest.fixture
def tip(tips: Tips) -> Tip:
    """A tip about a theft, reported in a one-to-one chat, without danger, with a place entered by an officer."""
    return attrs.evolve(receive_tip(tips), legal_kind="denunciation", place="Chợ Ninh Hoà")


def build_district_with_rule(runner: UseCaseRunner, **facts: str) -> District:
    """Return the district with a routing rule in first place that has the given facts and no other conditions."""
    rule = RoutingRule(id="first", to="cong-an", reason="vì thế", facts=facts)
    return attrs.evolve(runner.context.district, routing=(rule, LAST))


@pytest.mark.parametrize(
    "facts",
    [
        {"origin": "one_to_one"},
        {"legal_kind": "denunciation"},
        {"emergency": "no"},
        {"place": "chợ  ninh hòa"},
        {"origin": "one_to_one", "emergency": "no"},
    ],
)
def test_a_rule_matches_where_all_its_facts_hold(runner: UseCaseRunner, tip: Tip, facts: dict[str, str]) -> None:
    """A routing rule matches if all its facts hold; capitals, spaces and the place of the tone mark don't matter."""
    assert suggest_route(build_district_with_rule(runner, **facts), tip).unit == "cong-an"


@pytest.mark.parametrize(
    "facts",
    [
        {"origin": "group"},
        {"emergency": "yes"},
        {"place": "chợ"},
        {"origin": "one_to_one", "emergency": "yes"},
        {"colour": "red"},
    ],
)
def test_one_differing_fact_prevents_a_match(runner: UseCaseRunner, tip: Tip, facts: dict[str, str]) -> None:
    """A routing rule doesn't match if one of its facts differs from the tip's, or is a fact that no tip has."""
    assert suggest_route(build_district_with_rule(runner, **facts), tip).unit == tip.unit


def test_missing_place_matches_no_rule(runner: UseCaseRunner, tip: Tip) -> None:
    """A routing rule with a place doesn't match a tip without a place, even if the rule's place is empty."""
    nowhere = attrs.evolve(tip, place="")
    assert suggest_route(build_district_with_rule(runner, place="Chợ Ninh Hoà"), nowhere).unit == tip.unit
    assert suggest_route(build_district_with_rule(runner, place=""), nowhere).unit == tip.unit


def test_every_fact_that_a_rule_may_name_can_match(runner: UseCaseRunner, tip: Tip) -> None:
    """Every fact that a routing rule of a profile may name can match a tip."""
    facts = {"emergency": "no", "legal_kind": tip.legal_kind, "origin": tip.origin, "place": tip.place}
    assert facts.keys() == set(TIP_FACTS)
    for name, value in facts.items():
        assert suggest_route(build_district_with_rule(runner, **{name: value}), tip).unit == "cong-an"


def test_the_reason_names_the_facts(runner: UseCaseRunner, tip: Tip) -> None:
    """The reason of a route names the rule and the facts that matched."""
    route = suggest_route(build_district_with_rule(runner, origin="one_to_one", emergency="no"), tip)
    assert route.reason == "first: vì thế (emergency = no, origin = one_to_one)"
    assert suggest_route(attrs.evolve(runner.context.district, routing=(LAST,)), tip).reason == "own: the rest stays"
