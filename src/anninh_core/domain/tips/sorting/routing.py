"""Which unit handles a tip by the profile's rules: the first that matches, with why every other one didn't. Pure."""

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
    """Where a tip goes by two sets of rules, and by which rule of each ("" where none matched).

    Attributes:
        before, after: id of the unit by the one set of rules and by the other.
        rule_before, rule_after: id of the rule that said so; "" where none matched.
    """

    before: str
    after: str
    rule_before: str = ""
    rule_after: str = ""


@frozen(kw_only=True)
class RoutingSimulation:
    """What a changed set of rules would have done with past tips.

    Attributes:
        tips: how many were looked at.
        moved: how many would go elsewhere.
        table: unit now, unit then, and how many tips go that way, the most first; those that stay are in it too.
        items: the newest of those that would go elsewhere, each with its change; of a tip only its number is shown.
    """

    tips: int
    moved: int
    table: tuple[tuple[str, str, int], ...]
    items: tuple[tuple[Tip, RouteChange], ...] = ()

    def for_handlers(self, names: Pseudonyms) -> "RoutingSimulation":
        """Return it as officers see it: no tip's words, and no reporter."""
        shown = tuple(
            (evolve(tip.for_handlers(names), text="", place="", place_reason="", question="", answer=""), change)
            for tip, change in self.items
        )
        return evolve(self, items=shown)

    def to_view(self) -> RoutingSimulationView:
        """Return what may leave: of a tip its id and its number."""
        table = tuple(RouteFlow(before=before, after=after, tips=tips) for before, after, tips in self.table)
        items = tuple(make_view(RerouteView, change, tip=tip.id, receipt=tip.receipt) for tip, change in self.items)
        return make_view(RoutingSimulationView, self, table=table, items=items)


def suggest_route(district: District, tip: Tip, rules: Sequence[RoutingRule] | None = None) -> RoutingOpinion:
    """Return who should handle a tip by the profile's rules, or by others, and which rule says so."""
    rule = _find_rule(district, tip, district.routing if rules is None else rules)
    if rule is None:
        return RoutingOpinion(tip.unit, NO_RULE, by="profile")
    return RoutingOpinion(_target(rule, tip), _explain(rule), by="profile")


def explain_route(district: District, tip: Tip, rules: Sequence[RoutingRule] | None = None) -> tuple[RuleTrial, ...]:
    """Return every rule in its order, whether it matches a tip, and which of its conditions hold."""
    return tuple(_try(district, tip, rule) for rule in (district.routing if rules is None else rules))


def simulate(
    district: District, tips: Iterable[Tip], rules: Sequence[RoutingRule], *, examples: int
) -> RoutingSimulation:
    """Return where tips would go by other rules than the profile's. They are looked at one by one, and not kept."""
    table: Counter[tuple[str, str]] = Counter()
    items: list[tuple[Tip, RouteChange]] = []
    for tip in tips:
        change = _compare(district, tip, rules)
        table[change.before, change.after] += 1
        if change.before != change.after and len(items) < examples:
            items.append((tip, change))
    rows = tuple((before, after, count) for (before, after), count in table.most_common())
    moved = sum(count for before, after, count in rows if before != after)
    return RoutingSimulation(tips=table.total(), moved=moved, table=rows, items=tuple(items))


def _compare(district: District, tip: Tip, rules: Sequence[RoutingRule]) -> RouteChange:
    now = _find_rule(district, tip, district.routing)
    then = _find_rule(district, tip, rules)
    return RouteChange(
        before=_target(now, tip),
        after=_target(then, tip),
        rule_before=now.id if now else "",
        rule_after=then.id if then else "",
    )


def _find_rule(district: District, tip: Tip, rules: Sequence[RoutingRule]) -> RoutingRule | None:
    return next((rule for rule in rules if all(holds for _, holds in _conditions(district, tip, rule))), None)


def _target(rule: RoutingRule | None, tip: Tip) -> str:
    return tip.unit if rule is None or rule.to == "own" else rule.to


def _try(district: District, tip: Tip, rule: RoutingRule) -> RuleTrial:
    tried = tuple(_conditions(district, tip, rule))
    said = tuple(f"{words}: {'yes' if holds else 'no'}" for words, holds in tried)
    return RuleTrial(rule=rule.id, matches=all(holds for _, holds in tried), conditions=said)


def _conditions(district: District, tip: Tip, rule: RoutingRule) -> Iterator[tuple[str, bool]]:
    """Yield each condition of a rule in words, and whether it holds; what isn't known of a tip holds nowhere."""
    for name, wanted, known in (
        ("category", rule.categories, tip.category),
        ("urgency", rule.urgencies, tip.urgency),
        ("legal kind", rule.legal_kinds, tip.legal_kind),
    ):
        if wanted:
            yield f"{name} {known or 'not known'} in {_listed(wanted)}", known in wanted
    if rule.emergency is not None:
        yield f"emergency is {_said(rule.emergency)}", tip.emergency is rule.emergency
    if rule.areas:
        inside = not rule.areas.isdisjoint(district.ancestors(tip.unit))
        yield f"unit {tip.unit} in {_listed(rule.areas)} or below", inside
    yield from _time_conditions(district, tip, rule)
    if rule.words:
        text = " ".join(words(tip.text))
        yield f"words of {_listed(rule.words)}", any(contains_phrase(text, phrase) for phrase in rule.words)
    facts = _routing_facts(tip)
    for name, value in sorted(rule.facts.items()):
        yield f"{name} = {value}", name in facts and same_text(facts[name], value)


def _time_conditions(district: District, tip: Tip, rule: RoutingRule) -> Iterator[tuple[str, bool]]:
    """Yield the conditions of when a tip was received, on Vietnam's clock."""
    at = vietnam_time(tip.received_at)
    if rule.hours:
        spans = ", ".join(f"{span.start:%H:%M}-{span.end:%H:%M}" for span in rule.hours)
        yield f"received {at:%H:%M} in {spans}", any(span.holds(at.time()) for span in rule.hours)
    if rule.weekdays:
        weekdays = ", ".join(WEEKDAYS[day] for day in sorted(rule.weekdays))
        yield f"received on {WEEKDAYS[at.weekday()]} of {weekdays}", at.weekday() in rule.weekdays
    if rule.holiday is not None:
        is_holiday = at.date() in district.calendar.holidays
        yield f"received on a holiday is {_said(rule.holiday)}", is_holiday is rule.holiday


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _said(value: bool) -> str:
    return "yes" if value else "no"


_FACTS: Mapping[str, Callable[[Tip], str]] = {
    "emergency": lambda tip: _said(tip.emergency),
    "legal_kind": lambda tip: tip.legal_kind,
    "origin": lambda tip: tip.origin,
    "place": lambda tip: tip.place,
}


def _routing_facts(tip: Tip) -> Mapping[str, str]:
    """Return what is known of a tip under the names of `TIP_FACTS`."""
    facts = {name: read(tip) for name, read in _FACTS.items()}
    return {name: value for name, value in facts.items() if value}


def _explain(rule: RoutingRule) -> str:
    facts = ", ".join(f"{name} = {value}" for name, value in sorted(rule.facts.items()))
    return f"{rule.id}: {rule.reason} ({facts})" if facts else f"{rule.id}: {rule.reason}"
