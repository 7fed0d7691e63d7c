"""Pure rules of tips: routing, duplicates."""

from collections.abc import Mapping
from datetime import timedelta

from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.text import same_text, words
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.opinions import RoutingOpinion
from anninh_core.vocabulary.rules import RoutingRule

_MAX_GAP = timedelta(hours=2)
_MIN_SIMILARITY = 0.3


def suggest_route(district: District, tip: Tip) -> RoutingOpinion:
    """Return who should handle a tip by the profile's rules, and which rule says so. The first match wins."""
    for rule in district.routing:
        if _matches(rule, tip):
            unit = tip.unit if rule.to == "own" else rule.to
            return RoutingOpinion(unit, _explain(rule), by="profile")
    return RoutingOpinion(tip.unit, "no rule matched: the unit the tip came from", by="profile")


def _matches(rule: RoutingRule, tip: Tip) -> bool:
    """Tell whether all conditions of a rule hold; one about a fact that isn't known doesn't."""
    facts = _routing_facts(tip)
    return (
        (not rule.categories or tip.category in rule.categories)
        and (not rule.urgencies or tip.urgency in rule.urgencies)
        and all(name in facts and same_text(facts[name], value) for name, value in rule.facts.items())
    )


def _routing_facts(tip: Tip) -> Mapping[str, str]:
    """Return what is known of a tip under the names of `TIP_FACTS`."""
    facts = {
        "emergency": "yes" if tip.emergency else "no",
        "legal_kind": tip.legal_kind,
        "origin": tip.origin,
        "place": tip.place,
    }
    return {name: value for name, value in facts.items() if value}


def _explain(rule: RoutingRule) -> str:
    facts = ", ".join(f"{name} = {value}" for name, value in sorted(rule.facts.items()))
    return f"{rule.id}: {rule.reason} ({facts})" if facts else f"{rule.id}: {rule.reason}"


def similarity(one: Tip, other: Tip) -> float:
    """Return how much two tips seem to tell of the same thing, 0 to 1: category and time must fit, then words count."""
    if one.category != other.category or abs(one.received_at - other.received_at) > _MAX_GAP:
        return 0.0
    one_words, other_words = set(words(one.text)), set(words(other.text))
    return len(one_words & other_words) / max(1, len(one_words | other_words))


def find_duplicates(tip: Tip, others: tuple[Tip, ...]) -> tuple[tuple[Tip, float], ...]:
    """Return tips that may tell of the same thing, most alike first. A person decides."""
    scored = [(other, similarity(tip, other)) for other in others if other.id != tip.id]
    return tuple(sorted((pair for pair in scored if pair[1] >= _MIN_SIMILARITY), key=lambda pair: -pair[1]))
