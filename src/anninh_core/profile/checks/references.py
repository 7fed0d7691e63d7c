"""Does everything a profile refers to exist: permissions, categories, units, templates, legal kinds?"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from attrs import frozen

from anninh_core.profile.case_schema import RoutingSchema
from anninh_core.profile.faults import ProfileFault
from anninh_core.profile.keys import LADDERS
from anninh_core.profile.plan_defaults import FilledObligation, fill_obligation
from anninh_core.profile.plan_schema import YearDay
from anninh_core.profile.schema import ProfileSchema
from anninh_core.profile.source import ProfileSource, way_out
from anninh_core.vocabulary.district import TASK
from anninh_core.vocabulary.permissions import EVERY_OFFICER, NO_ROLE, SYSTEM_ONLY, Permission
from anninh_core.vocabulary.rules import TIP_FACTS

OWN = "own"
"""Routing target: the unit the tip came from."""
STANDING_BODY = "standing_body"
"""Routing target: the unit that `[district]` names as its standing body."""


def check_references(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    """Yield names that refer to nothing, and ids given twice."""
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
    source: ProfileSource, place: str, names: Iterable[str], what: str, known: Iterable[str]
) -> Iterator[ProfileFault]:
    for name in names:
        if name not in known:
            yield source.unknown_name(place, name, what, known)


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
                yield source.fault_at(
                    f"{place}.{id}", f"{id!r} stands there {count} times", "rename or remove all but one"
                )


def _check_roles(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    for id, role in profile.roles.items():
        for other in role.apart_from:
            if other not in profile.roles:
                hint = way_out(other, profile.roles)
                yield source.fault_at(f"roles.{id}.apart_from", f"{other!r} is no role of this profile", hint)
    unknown = [repr(id) for id in profile.second_factor_roles if id not in profile.roles]
    if unknown:
        hint = "name the roles of this profile that take a second factor, [] for none"
        yield source.fault_at("second_factor_roles", f"{', '.join(unknown)}: no role of this profile", hint)


def _check_permissions(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    permissions = {permission.value for permission in Permission} - NO_ROLE
    for id, role in profile.roles.items():
        for name in role.permissions:
            if name in SYSTEM_ONLY:
                place = f"roles.{id}.permissions"
                yield source.fault_at(place, f"{name!r} is for the program alone", "take it out: no role may give it")
            if name in EVERY_OFFICER:
                place = f"roles.{id}.permissions"
                yield source.fault_at(place, f"every officer has {name!r}", "take it out: no role has to give it")
            if name not in permissions:
                place = f"roles.{id}.permissions"
                yield source.fault_at(place, f"{name!r} is no permission of this library", way_out(name, permissions))


def _check_legal_kinds(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    legal_kinds = legal_kinds_of(profile.wording)
    for table, categories in (("incoming", profile.incoming), ("outgoing", profile.outgoing)):
        for id, category in categories.items():
            yield from _check_known(
                source, f"{table}.{id}.legal_kind", [category.legal_kind], "legal_kind", legal_kinds
            )
    for rule in profile.deadlines:
        yield from _check_known(source, f"deadlines.{rule.id}.legal_kinds", rule.legal_kinds, "legal_kind", legal_kinds)
        if rule.valid_from and rule.valid_to and rule.valid_to < rule.valid_from:
            problem = f"the rule ends on {rule.valid_to}, before it begins on {rule.valid_from}"
            yield source.fault_at(f"deadlines.{rule.id}.valid_to", problem, "swap them")


def _check_deadlines(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    ids = {rule.id for rule in profile.deadlines}
    for rule in profile.deadlines:
        place = f"deadlines.{rule.id}"
        yield from _check_known(source, f"{place}.replaces", rule.replaces, "deadline", ids)
        if rule.replaces and not rule.decision:
            problem = "it takes the place of other clocks without any decision"
            yield source.fault_at(f"{place}.replaces", problem, "name the `decision` that it waits for")
        if rule.moves and not rule.moves_by:
            problem = "its end moves to a working day by no rule that is named"
            yield source.fault_at(f"{place}.moves_by", problem, "name the rule of law, or leave `moves` out")


def _check_calendar(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    calendar = profile.calendar
    if calendar.provisional and not calendar.provisional_source:
        problem = "it has provisional days, and doesn't say where they come from"
        yield source.fault_at("calendar.provisional_source", problem, "name it, such as 'holidays 0.109'")
    if both := {*calendar.provisional} & {*calendar.holidays}:
        problem = f"{min(both)} is decided and provisional"
        yield source.fault_at("calendar.provisional", problem, "keep it among `holidays` only")
    last = max((*calendar.holidays, *calendar.provisional, *calendar.swapped), default=None)
    if calendar.until and last and last > calendar.until:
        problem = f"the calendar ends on {calendar.until} and lists {last}"
        yield source.fault_at("calendar.until", problem, "let it end with a year of which all days off are listed")


def legal_kinds_of(wording: Iterable[str]) -> Sequence[str]:
    """Return the legal kinds that a profile has words for."""
    return [key.removeprefix("legal_kind.") for key in wording if key.startswith("legal_kind.")]


def _check_routing(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    known = KnownNames(profile.units, profile.incoming, legal_kinds_of(profile.wording))
    yield from check_routing(profile.routing, known, source)


def _check_supervision(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    for number, rule in enumerate(profile.supervision, 1):
        place = f"supervision.{number}"
        units = [*rule.units, *filter(None, [rule.supervised_by])]
        yield from _check_known(source, place, units, "unit", profile.units)
        yield from _check_known(source, place, rule.levels, "level", profile.levels)
        if bool(rule.units) == bool(rule.levels):
            problem = "it names units and levels" if rule.units else "it says of no unit who is accused"
            yield source.fault_at(place, problem, "name either `units` or `levels`")
        if bool(rule.supervised_by) == bool(rule.contact):
            problem = "it has a supervising unit and a contact" if rule.contact else "it names nobody who supervises"
            yield source.fault_at(place, problem, "name either `supervised_by` or, for an office outside, `contact`")
        if rule.supervised_by in rule.units:
            problem = f"{rule.supervised_by!r} would handle reports that accuse it"
            yield source.fault_at(place, problem, "let another unit supervise it, or name a `contact` outside")


@frozen
class KnownNames:
    """Names that routing rules may refer to."""

    units: Collection[str]
    categories: Collection[str]
    legal_kinds: Collection[str]


def check_routing(rules: Sequence[RoutingSchema], known: KnownNames, source: ProfileSource) -> Iterator[ProfileFault]:
    """Yield names that a routing rule refers to in vain, and the last rule unless it takes all."""
    for rule in rules:
        place = f"routing.{rule.id}"
        yield from _check_known(source, f"{place}.to", [rule.to], "unit", {*known.units, OWN, STANDING_BODY})
        yield from _check_known(source, f"{place}.categories", rule.categories, "category", known.categories)
        yield from _check_known(source, f"{place}.areas", rule.areas, "unit", known.units)
        yield from _check_known(source, f"{place}.legal_kinds", rule.legal_kinds, "legal_kind", known.legal_kinds)
        yield from _check_facts(f"{place}.facts", rule.facts, known.legal_kinds, source)
    last = rules[-1]
    if any(value not in (None, [], {}) for value in last.model_dump(exclude={"id", "to", "reason"}).values()):
        problem = "the last rule has conditions, so that some tips would match none"
        yield source.fault_at(
            f"routing.{last.id}", problem, "end with a rule without conditions, for example to = 'own'"
        )


def _check_facts(
    place: str, facts: Mapping[str, str], legal_kinds: Collection[str], source: ProfileSource
) -> Iterator[ProfileFault]:
    """A fact that no tip can have would silently disable its rule."""
    for name, value in facts.items():
        if name not in TIP_FACTS:
            yield source.fault_at(place, f"no tip has the fact {name!r}", way_out(name, TIP_FACTS))
            continue
        allowed_values = legal_kinds if name == "legal_kind" else TIP_FACTS[name]
        if allowed_values and value not in allowed_values:
            yield source.fault_at(
                f"{place}.{name}", f"no tip has the {name.replace('_', ' ')} {value!r}", way_out(value, allowed_values)
            )


def _check_ladders(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    purposes = {*LADDERS, *(purpose.partition(".")[0] for purpose in LADDERS)}
    for purpose, methods in profile.ladders.items():
        place = f"ladders.{purpose}"
        if purpose not in purposes:
            yield source.fault_at(place, f"nothing is sent for the purpose {purpose!r}", way_out(purpose, purposes))
        if len(set(methods)) < len(methods):
            yield source.fault_at(place, "a delivery method stands there twice", "name each once")
        if TASK in methods[:-1]:
            yield source.fault_at(place, "methods after a person's task are never tried", "put the task last")


def _check_obligation(id: str, profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    place = f"obligations.{id}"
    owed = fill_obligation(profile.obligations[id], profile)
    yield from _check_known(source, f"{place}.template", [owed.template], "template", profile.templates)
    yield from _check_known(source, f"{place}.level", [owed.level], "level", profile.levels)
    given = profile.obligations[id]  # what it leaves out follows from units that are checked where they are named
    for key, unit in (("to", given.to), ("via", given.via)):
        yield from _check_known(source, f"{place}.{key}", filter(None, [unit]), "unit", profile.units)
    if owed.to in profile.units and profile.units[owed.to].level == owed.level:
        problem = f"{owed.to!r} is of the level that reports, and would report to itself"
        yield source.fault_at(f"{place}.to", problem, "name the unit above it, or give the root a parent")
    if owed.last < owed.first:
        problem = f"it ends in {owed.last}, before it begins in {owed.first}"
        yield source.fault_at(f"{place}.last", problem, "swap them")
    yield from _check_period(place, owed, source)


def _check_period(place: str, owed: FilledObligation, source: ProfileSource) -> Iterator[ProfileFault]:
    days = {"before": owed.before, "period_start": owed.period_start, "period_end": owed.period_end}
    if missing := [key for key, day in days.items() if not _exists_in_every_year(day)]:
        for key in missing:
            problem = f"day {days[key].day} of month {days[key].month} doesn't exist in every year"
            yield source.fault_at(f"{place}.{key}", problem, "give a day that always exists")
        return
    before, start, end = (date(owed.first + day.year, day.month, day.day) for day in days.values())
    start = max(start, owed.model_start or start)
    if end < start:
        problem = f"the first period ends on {end}, before it starts on {start}"
        yield source.fault_at(f"{place}.period_end", problem, "swap them")
    elif before <= end:
        problem = f"the report is due before {before}, when its period (to {end}) isn't over"
        yield source.fault_at(f"{place}.before", problem, "give a later day or an earlier end of the period")


def _exists_in_every_year(day: YearDay) -> bool:
    try:
        date(2001, day.month, day.day)
    except ValueError:
        return False
    return True
