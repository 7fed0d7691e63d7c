"""Checks that everything a profile refers to exists: permissions, categories, units, templates, legal kinds."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from attrs import frozen

from anninh_core.kernel.sentences import Sentence
from anninh_core.profile.case_schema import RoutingSchema
from anninh_core.profile.faults import ProfileFault
from anninh_core.profile.keys import LADDERS
from anninh_core.profile.plan_defaults import FilledObligation, fill_obligation
from anninh_core.profile.plan_schema import YearDay
from anninh_core.profile.schema import ProfileSchema
from anninh_core.profile.source import ProfileSource, suggest_remedy
from anninh_core.vocabulary.district import TASK
from anninh_core.vocabulary.permissions import EVERY_OFFICER, NO_ROLE, SYSTEM_ONLY, Permission
from anninh_core.vocabulary.rules import TIP_FACTS

OWN = "own"
"""Name of the routing target that means the unit from which the tip came."""
STANDING_BODY = "standing_body"
"""Name of the routing target that means the unit in `standing_body` of `[district]`."""


def check_references(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    """Yield a fault for each name in a profile that refers to nothing, and for each id given twice."""
    yield from _check_unique_ids(profile, source)
    yield from _check_permissions(profile, source)
    yield from _check_roles(profile, source)
    yield from _check_legal_kinds(profile, source)
    yield from _check_deadlines(profile, source)
    yield from _check_calendar(profile, source)
    yield from _check_routing(profile, source)
    yield from _check_ladders(profile, source)
    yield from _check_supervision(profile, source)
    for milestone in profile.milestones:
        yield from _check_known(source, f"milestones.{milestone.id}.units", milestone.units, "unit", profile.units)
    for id in profile.obligations:
        yield from _check_obligation(id, profile, source)


def _check_known(
    source: ProfileSource, place: str, names: Iterable[str], what: str, existing: Iterable[str]
) -> Iterator[ProfileFault]:
    for name in names:
        if name not in existing:
            yield source.build_unknown_name_fault(place, name, what, existing)


def _check_unique_ids(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    lists = {
        "gates": [gate.id for gate in profile.gates],
        "charter.rules": [rule.code for rule in profile.charter.rules],
        "deadlines": [deadline.id for deadline in profile.deadlines],
        "routing": [rule.id for rule in profile.routing],
        "milestones": [milestone.id for milestone in profile.milestones],
        "ready_answers": [answer.code for answer in profile.ready_answers],
    }
    for place, ids in lists.items():
        for id, count in Counter(ids).items():
            if count > 1:
                yield source.build_fault(
                    f"{place}.{id}",
                    Sentence("{id!r} is used {count} times", id=id, count=count),
                    "rename or remove all but one",
                )


def _check_roles(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    for id, role in profile.roles.items():
        for other in role.apart_from:
            if other not in profile.roles:
                hint = suggest_remedy(other, profile.roles)
                yield source.build_fault(
                    f"roles.{id}.apart_from", Sentence("this profile has no role {role!r}", role=other), hint
                )
    unknown = [repr(id) for id in profile.second_factor_roles if id not in profile.roles]
    if unknown:
        hint = Sentence("name the roles of this profile that need a second factor, or write [] for none")
        yield source.build_fault(
            "second_factor_roles", Sentence("this profile has no role {roles}", roles=tuple(unknown)), hint
        )


def _check_permissions(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    permissions = {permission.value for permission in Permission} - NO_ROLE
    for id, role in profile.roles.items():
        for name in role.permissions:
            if name in SYSTEM_ONLY:
                place = f"roles.{id}.permissions"
                yield source.build_fault(
                    place,
                    Sentence("permission {permission!r} is for the program only", permission=name),
                    "remove it: no role may grant it",
                )
            if name in EVERY_OFFICER:
                place = f"roles.{id}.permissions"
                yield source.build_fault(
                    place,
                    Sentence("every officer has permission {permission!r}", permission=name),
                    "remove it: no role needs to grant it",
                )
            if name not in permissions:
                place = f"roles.{id}.permissions"
                yield source.build_fault(
                    place,
                    Sentence("{permission!r} isn't a permission", permission=name),
                    suggest_remedy(name, permissions),
                )


def _check_legal_kinds(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    legal_kinds = list_legal_kinds(profile.wording)
    for table, categories in (("incoming", profile.incoming), ("outgoing", profile.outgoing)):
        for id, category in categories.items():
            yield from _check_known(
                source, f"{table}.{id}.legal_kind", [category.legal_kind], "legal_kind", legal_kinds
            )
    for rule in profile.deadlines:
        yield from _check_known(source, f"deadlines.{rule.id}.legal_kinds", rule.legal_kinds, "legal_kind", legal_kinds)
        if rule.valid_from and rule.valid_to and rule.valid_to < rule.valid_from:
            problem = Sentence(
                "it ends on {last_day}, before it begins on {first_day}",
                last_day=rule.valid_to,
                first_day=rule.valid_from,
            )
            yield source.build_fault(f"deadlines.{rule.id}.valid_to", problem, "swap the two")


def _check_deadlines(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    ids = {rule.id for rule in profile.deadlines}
    for rule in profile.deadlines:
        place = f"deadlines.{rule.id}"
        yield from _check_known(source, f"{place}.replaces", rule.replaces, "deadline", ids)
        if rule.replaces and not rule.decision:
            problem = Sentence("this deadline replaces others without a decision")
            yield source.build_fault(f"{place}.replaces", problem, "name the `decision` that it waits for")
        if rule.moves and not rule.moves_by:
            problem = Sentence("its end moves to a working day, but no rule of law is named for that")
            yield source.build_fault(f"{place}.moves_by", problem, "name the rule of law, or leave out `moves`")


def _check_calendar(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    calendar = profile.calendar
    if calendar.provisional and not calendar.provisional_source:
        problem = Sentence("the source of the provisional days off is missing")
        yield source.build_fault("calendar.provisional_source", problem, "name the source, such as 'holidays 0.109'")
    if both := {*calendar.provisional} & {*calendar.holidays}:
        problem = Sentence("{day} is both a decided and a provisional day off", day=min(both))
        yield source.build_fault("calendar.provisional", problem, "keep it in `holidays` only")
    last = max((*calendar.holidays, *calendar.provisional, *calendar.swapped), default=None)
    if calendar.until and last and last > calendar.until:
        problem = Sentence("the calendar ends on {last_day}, but lists {day}", last_day=calendar.until, day=last)
        yield source.build_fault("calendar.until", problem, "let it end in a year whose days off are all listed")


def list_legal_kinds(wording: Iterable[str]) -> Sequence[str]:
    """Return the legal kinds that a profile has words for."""
    return [key.removeprefix("legal_kind.") for key in wording if key.startswith("legal_kind.")]


def _check_routing(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    names = KnownNames(profile.units, profile.incoming, list_legal_kinds(profile.wording))
    yield from check_routing(profile.routing, names, source)


def _check_supervision(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    for number, rule in enumerate(profile.supervision, 1):
        place = f"supervision.{number}"
        units = [*rule.units, *filter(None, [rule.supervised_by])]
        yield from _check_known(source, place, units, "unit", profile.units)
        yield from _check_known(source, place, rule.levels, "level", profile.levels)
        if bool(rule.units) == bool(rule.levels):
            problem = (
                Sentence("the rule has both `units` and `levels`")
                if rule.units
                else Sentence("the rule has neither `units` nor `levels`")
            )
            yield source.build_fault(place, problem, "name the accused by either `units` or `levels`")
        if bool(rule.supervised_by) == bool(rule.contact):
            problem = (
                Sentence("the rule has both `supervised_by` and `contact`")
                if rule.contact
                else Sentence("the rule has neither `supervised_by` nor `contact`")
            )
            yield source.build_fault(
                place, problem, "name the supervising unit by `supervised_by`, or an outside office by `contact`"
            )
        if rule.supervised_by in rule.units:
            problem = Sentence("{unit!r} would handle tips that accuse it", unit=rule.supervised_by)
            yield source.build_fault(
                place, problem, "let another unit supervise it, or name an outside office by `contact`"
            )


@frozen
class KnownNames:
    """Names that the routing rules of a profile may refer to."""

    units: Collection[str]
    categories: Collection[str]
    legal_kinds: Collection[str]


def check_routing(rules: Sequence[RoutingSchema], names: KnownNames, source: ProfileSource) -> Iterator[ProfileFault]:
    """Yield a fault for each unknown name in routing rules, and for the last rule if it has conditions."""
    for rule in rules:
        place = f"routing.{rule.id}"
        yield from _check_known(source, f"{place}.to", [rule.to], "unit", {*names.units, OWN, STANDING_BODY})
        yield from _check_known(source, f"{place}.categories", rule.categories, "category", names.categories)
        yield from _check_known(source, f"{place}.areas", rule.areas, "unit", names.units)
        yield from _check_known(source, f"{place}.legal_kinds", rule.legal_kinds, "legal_kind", names.legal_kinds)
        yield from _check_facts(f"{place}.facts", rule.facts, names.legal_kinds, source)
    last = rules[-1]
    if any(value not in (None, [], {}) for value in last.model_dump(exclude={"id", "to", "reason"}).values()):
        problem = Sentence("the last rule has conditions, so some tips would match no rule")
        yield source.build_fault(
            f"routing.{last.id}", problem, "end with a rule without conditions, such as to = 'own'"
        )


def _check_facts(
    place: str, facts: Mapping[str, str], legal_kinds: Collection[str], source: ProfileSource
) -> Iterator[ProfileFault]:
    """Check the facts of a routing rule: a fact that no tip can have would silently disable the rule."""
    for name, value in facts.items():
        if name not in TIP_FACTS:
            yield source.build_fault(
                place, Sentence("tips have no fact {fact!r}", fact=name), suggest_remedy(name, TIP_FACTS)
            )
            continue
        allowed_values = legal_kinds if name == "legal_kind" else TIP_FACTS[name]
        if allowed_values and value not in allowed_values:
            yield source.build_fault(
                f"{place}.{name}",
                Sentence("the fact {fact!r} of a tip is never {text!r}", fact=name, text=value),
                suggest_remedy(value, allowed_values),
            )


def _check_ladders(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    purposes = {*LADDERS, *(purpose.partition(".")[0] for purpose in LADDERS)}
    for purpose, methods in profile.ladders.items():
        place = f"ladders.{purpose}"
        if purpose not in purposes:
            yield source.build_fault(
                place,
                Sentence("no message is sent for the purpose {purpose!r}", purpose=purpose),
                suggest_remedy(purpose, purposes),
            )
        if len(set(methods)) < len(methods):
            yield source.build_fault(place, "a delivery method is listed twice", "list each method once")
        if TASK in methods[:-1]:
            yield source.build_fault(place, "methods after a person's task are never tried", "put the task last")


def _check_obligation(id: str, profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    place = f"obligations.{id}"
    owed = fill_obligation(profile.obligations[id], profile)
    yield from _check_known(source, f"{place}.template", [owed.template], "template", profile.templates)
    yield from _check_known(source, f"{place}.level", [owed.level], "level", profile.levels)
    # Omitted keys follow from units that are checked in the places that name them.
    obligation = profile.obligations[id]
    for key, unit in (("to", obligation.to), ("via", obligation.via)):
        yield from _check_known(source, f"{place}.{key}", filter(None, [unit]), "unit", profile.units)
    if owed.to in profile.units and profile.units[owed.to].level == owed.level:
        problem = Sentence("{unit!r} is on the level that reports, so it would report to itself", unit=owed.to)
        yield source.build_fault(f"{place}.to", problem, "name the unit above it, or give the root a parent")
    if owed.last < owed.first:
        problem = Sentence(
            "the last year, {last_year}, is before the first year, {first_year}",
            last_year=owed.last,
            first_year=owed.first,
        )
        yield source.build_fault(f"{place}.last", problem, "swap the two")
    yield from _check_period(place, owed, source)


def _check_period(place: str, owed: FilledObligation, source: ProfileSource) -> Iterator[ProfileFault]:
    days = {"before": owed.before, "period_start": owed.period_start, "period_end": owed.period_end}
    if missing := [key for key, day in days.items() if not _exists_in_every_year(day)]:
        for key in missing:
            problem = Sentence(
                "day {day} of month {month} doesn't exist in every year", day=days[key].day, month=days[key].month
            )
            yield source.build_fault(f"{place}.{key}", problem, "choose a day that exists in every year")
        return
    before, start, end = (date(owed.first + day.year, day.month, day.day) for day in days.values())
    start = max(start, owed.model_start or start)
    if end < start:
        problem = Sentence(
            "the first period ends on {last_day}, before it begins on {first_day}", last_day=end, first_day=start
        )
        yield source.build_fault(f"{place}.period_end", problem, "swap the two")
    elif before <= end:
        problem = Sentence(
            "the report is due before {day}, but its period ends only on {last_day}", day=before, last_day=end
        )
        yield source.build_fault(f"{place}.before", problem, "choose a later day, or let the period end earlier")


def _exists_in_every_year(day: YearDay) -> bool:
    try:
        date(2001, day.month, day.day)
    except ValueError:
        return False
    return True
