"""Which unit the profile's rules name for a tip."""

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
    """A theft that somebody reported one-to-one, not in danger, with a place that a person entered."""
    return attrs.evolve(received(tips), legal_kind="denunciation", place="Chợ Ninh Hoà")


def asking(runner: UseCaseRunner, **facts: str) -> District:
    """Give the district a first rule that has facts alone."""
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
    """Texts are compared as they read: capitals, spaces and the place of the tone mark don't count."""
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
def test_a_rule_with_facts_alone_does_not_match_everything(
    runner: UseCaseRunner, tip: Tip, facts: dict[str, str]
) -> None:
    """One fact that differs, or that no tip has, is enough to pass the rule over."""
    assert suggest_route(asking(runner, **facts), tip).unit == tip.unit


def test_what_is_not_known_matches_nothing(runner: UseCaseRunner, tip: Tip) -> None:
    """A tip whose place nobody has entered has no such fact, not even an empty one."""
    nowhere = attrs.evolve(tip, place="")
    assert suggest_route(asking(runner, place="Chợ Ninh Hoà"), nowhere).unit == tip.unit
    assert suggest_route(asking(runner, place=""), nowhere).unit == tip.unit


def test_every_fact_that_a_rule_may_name_can_match(runner: UseCaseRunner, tip: Tip) -> None:
    """The names that a profile may use are those that are looked at."""
    known = {"emergency": "no", "legal_kind": tip.legal_kind, "origin": tip.origin, "place": tip.place}
    assert known.keys() == set(TIP_FACTS)
    for name, value in known.items():
        assert suggest_route(asking(runner, **{name: value}), tip).unit == "cong-an"


def test_the_reason_names_the_facts(runner: UseCaseRunner, tip: Tip) -> None:
    """An officer reads which rule matched, and by which facts."""
    found = suggest_route(asking(runner, origin="one_to_one", emergency="no"), tip)
    assert found.reason == "first: vì thế (emergency = no, origin = one_to_one)"
    assert suggest_route(attrs.evolve(runner.context.district, routing=(LAST,)), tip).reason == "own: the rest stays"
