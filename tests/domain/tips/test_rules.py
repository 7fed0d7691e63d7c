"""Routing of a tip by rules with facts."""

import attrs
import pytest
from tests.domain.tips.conftest import received

from anninh_core.domain.tips import Tip
from anninh_core.domain.tips.service import Tips
from anninh_core.domain.tips.sorting.routing import suggest_route
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.rules import TIP_FACTS, RoutingRule

LAST = RoutingRule(id="own", to="own", reason="the rest stays")


@pytest.fixture
def tip(tips: Tips) -> Tip:
    """A theft reported one-to-one, without danger, with a place entered by an officer."""
    return attrs.evolve(received(tips), legal_kind="denunciation", place="Chợ Ninh Hoà")


def asking(runner: UseCaseRunner, **facts: str) -> District:
    """Return the district with a first rule that has only facts."""
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
    """A rule matches if all its facts hold; capitals, spaces and the place of the tone mark don't matter."""
    assert suggest_route(asking(runner, **facts), tip).unit == "cong-an"


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
    """A rule with a fact that differs, or that no tip has, doesn't match."""
    assert suggest_route(asking(runner, **facts), tip).unit == tip.unit


def test_missing_place_matches_no_rule(runner: UseCaseRunner, tip: Tip) -> None:
    """A rule with a place doesn't match a tip without a place, even if the rule's place is empty."""
    nowhere = attrs.evolve(tip, place="")
    assert suggest_route(asking(runner, place="Chợ Ninh Hoà"), nowhere).unit == tip.unit
    assert suggest_route(asking(runner, place=""), nowhere).unit == tip.unit


def test_every_fact_that_a_rule_may_name_can_match(runner: UseCaseRunner, tip: Tip) -> None:
    """Every fact that a profile may name can match a tip."""
    facts = {"emergency": "no", "legal_kind": tip.legal_kind, "origin": tip.origin, "place": tip.place}
    assert facts.keys() == set(TIP_FACTS)
    for name, value in facts.items():
        assert suggest_route(asking(runner, **{name: value}), tip).unit == "cong-an"


def test_the_reason_names_the_facts(runner: UseCaseRunner, tip: Tip) -> None:
    """The reason of a route names the rule and the facts that matched."""
    route = suggest_route(asking(runner, origin="one_to_one", emergency="no"), tip)
    assert route.reason == "first: vì thế (emergency = no, origin = one_to_one)"
    assert suggest_route(attrs.evolve(runner.context.district, routing=(LAST,)), tip).reason == "own: the rest stays"
