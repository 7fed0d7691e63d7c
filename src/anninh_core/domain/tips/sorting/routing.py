"""Pure functions that route a tip to a unit by the profile's first matching rule, and explain why other rules don't
match.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from attrs import evolve, frozen

from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.sorting.views import RerouteView, RouteFlow, RoutingSimulationView
from anninh_core.kernel.dates import vietnam_time
from anninh_core.kernel.ids import Pseudonyms
from anninh_core.kernel.text import contains_phrase, same_text, words
from anninh_core.usecase.views import make_view, view
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.opinions import RoutingOpinion
from anninh_core.vocabulary.rules import WEEKDAYS, RoutingRule

NO_RULE = "no rule matched: the unit the tip came from"


@view(listed=("rule", "matches", "conditions"))
class RuleTrial:
    """A rule that was tried on a tip.

    Attributes:
        rule: its id.
        matches: whether all its conditions hold.
        conditions: each condition and whether it holds, in words; none for a rule without any.
    """

    rule: str
    matches: bool
    conditions: tuple[str, ...] = ()


@frozen(kw_only=True)
class RouteChange:
    """The unit of a tip under two sets of rules.

    Attributes:
        before, after: id of the unit under the current and under the changed rules.
        rule_before, rule_after: id of the matching rule; "" if no rule matched.
    """

    before: str
    after: str
    rule_before: str = ""
    rule_after: str = ""


@frozen(kw_only=True)
class RoutingSimulation:
    """Effect of a changed set of rules on past tips.

    Attributes:
        tips: number of simulated tips.
        moved: number of tips that would go to another unit.
        table: current unit, new unit, and number of tips, the largest number first; includes tips that stay.
        items: the newest tips that would go to another unit, each with its change; only the tip's number is shown.
    """

    tips: int
    moved: int
    table: tuple[tuple[str, str, int], ...]
    items: tuple[tuple[Tip, RouteChange], ...] = ()

    def for_handlers(self, names: Pseudonyms) -> "RoutingSimulation":
        """Return the simulation as officers see it, without texts and reporters of tips."""
        masked_items = tuple(
            (evolve(tip.for_handlers(names), text="", place="", place_reason="", question="", answer=""), change)
            for tip, change in self.items
        )
        return evolve(self, items=masked_items)

    def to_view(self) -> RoutingSimulationView:
        """Return the read-only view of the simulation: of each tip only its id and number."""
        table = tuple(RouteFlow(before=before, after=after, tips=tips) for before, after, tips in self.table)
        items = tuple(make_view(RerouteView, change, tip=tip.id, receipt=tip.receipt) for tip, change in self.items)
        return make_view(RoutingSimulationView, self, table=table, items=items)


def suggest_route(district: District, tip: Tip, rules: Sequence[RoutingRule] | None = None) -> RoutingOpinion:
    """Return the unit that should handle a tip by the profile's rules, or by `rules`, and the matching rule."""
    rule = _find_rule(district, tip, district.routing if rules is None else rules)
    if rule is None:
        return RoutingOpinion(tip.unit, NO_RULE, by="profile")
    return RoutingOpinion(_find_target(rule, tip), _explain_rule(rule), by="profile")


def explain_route(district: District, tip: Tip, rules: Sequence[RoutingRule] | None = None) -> tuple[RuleTrial, ...]:
    """Return every rule in order, with whether it matches a tip and which of its conditions hold."""
    return tuple(_try_rule(district, tip, rule) for rule in (district.routing if rules is None else rules))


def simulate_rules(
    district: District, tips: Iterable[Tip], rules: Sequence[RoutingRule], *, examples: int
) -> RoutingSimulation:
    """Simulate the routing of tips by other rules than the profile's. Tips are read one at a time and not stored."""
    table: Counter[tuple[str, str]] = Counter()
    items: list[tuple[Tip, RouteChange]] = []
    for tip in tips:
        change = _compare_rules(district, tip, rules)
        table[change.before, change.after] += 1
        if change.before != change.after and len(items) < examples:
            items.append((tip, change))
    rows = tuple((before, after, count) for (before, after), count in table.most_common())
    moved = sum(count for before, after, count in rows if before != after)
    return RoutingSimulation(tips=table.total(), moved=moved, table=rows, items=tuple(items))


def _compare_rules(district: District, tip: Tip, rules: Sequence[RoutingRule]) -> RouteChange:
    current_rule = _find_rule(district, tip, district.routing)
    new_rule = _find_rule(district, tip, rules)
    return RouteChange(
        before=_find_target(current_rule, tip),
        after=_find_target(new_rule, tip),
        rule_before=current_rule.id if current_rule else "",
        rule_after=new_rule.id if new_rule else "",
    )


def _find_rule(district: District, tip: Tip, rules: Sequence[RoutingRule]) -> RoutingRule | None:
    return next((rule for rule in rules if all(holds for _, holds in _iter_conditions(district, tip, rule))), None)


def _find_target(rule: RoutingRule | None, tip: Tip) -> str:
    return tip.unit if rule is None or rule.to == "own" else rule.to


def _try_rule(district: District, tip: Tip, rule: RoutingRule) -> RuleTrial:
    conditions = tuple(_iter_conditions(district, tip, rule))
    condition_texts = tuple(f"{words}: {'yes' if holds else 'no'}" for words, holds in conditions)
    return RuleTrial(rule=rule.id, matches=all(holds for _, holds in conditions), conditions=condition_texts)


def _iter_conditions(district: District, tip: Tip, rule: RoutingRule) -> Iterator[tuple[str, bool]]:
    """Yield each condition of a rule in words, and whether it holds; a condition on an unknown value doesn't hold."""
    for name, allowed, actual in (
        ("category", rule.categories, tip.category),
        ("urgency", rule.urgencies, tip.urgency),
        ("legal kind", rule.legal_kinds, tip.legal_kind),
    ):
        if allowed:
            yield f"{name} {actual or 'not known'} in {_join_sorted(allowed)}", actual in allowed
    if rule.emergency is not None:
        yield f"emergency is {_format_yes_or_no(rule.emergency)}", tip.emergency is rule.emergency
    if rule.areas:
        inside = not rule.areas.isdisjoint(district.ancestors(tip.unit))
        yield f"unit {tip.unit} in {_join_sorted(rule.areas)} or below", inside
    yield from _iter_time_conditions(district, tip, rule)
    if rule.words:
        text = " ".join(words(tip.text))
        yield f"words of {_join_sorted(rule.words)}", any(contains_phrase(text, phrase) for phrase in rule.words)
    facts = _collect_routing_facts(tip)
    for name, value in sorted(rule.facts.items()):
        yield f"{name} = {value}", name in facts and same_text(facts[name], value)


def _iter_time_conditions(district: District, tip: Tip, rule: RoutingRule) -> Iterator[tuple[str, bool]]:
    """Yield the conditions on the time of reception, in Vietnam's time zone."""
    at = vietnam_time(tip.received_at)
    if rule.hours:
        spans = ", ".join(f"{span.start:%H:%M}-{span.end:%H:%M}" for span in rule.hours)
        yield f"received {at:%H:%M} in {spans}", any(span.holds(at.time()) for span in rule.hours)
    if rule.weekdays:
        weekdays = ", ".join(WEEKDAYS[day] for day in sorted(rule.weekdays))
        yield f"received on {WEEKDAYS[at.weekday()]} of {weekdays}", at.weekday() in rule.weekdays
    if rule.holiday is not None:
        is_holiday = at.date() in district.calendar.holidays
        yield f"received on a holiday is {_format_yes_or_no(rule.holiday)}", is_holiday is rule.holiday


def _join_sorted(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _format_yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


_FACTS: Mapping[str, Callable[[Tip], str]] = {
    "emergency": lambda tip: _format_yes_or_no(tip.emergency),
    "legal_kind": lambda tip: tip.legal_kind,
    "origin": lambda tip: tip.origin,
    "place": lambda tip: tip.place,
}


def _collect_routing_facts(tip: Tip) -> Mapping[str, str]:
    """Return the known facts of a tip, by the names of `TIP_FACTS`."""
    facts = {name: read(tip) for name, read in _FACTS.items()}
    return {name: value for name, value in facts.items() if value}


def _explain_rule(rule: RoutingRule) -> str:
    facts = ", ".join(f"{name} = {value}" for name, value in sorted(rule.facts.items()))
    return f"{rule.id}: {rule.reason} ({facts})" if facts else f"{rule.id}: {rule.reason}"
