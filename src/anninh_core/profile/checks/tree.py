"""Checks of a profile's tree of units: levels, parents, dates, successions."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from anninh_core.kernel.sentences import Sentence
from anninh_core.profile.faults import ProfileFault
from anninh_core.profile.schema import ProfileSchema, SuccessionSchema
from anninh_core.profile.source import ProfileSource

Lifespan = tuple[date, date]
"""First and last day on which a unit exists."""

_MAX_DEPTH = 32
"""Maximum length of a chain of units one above the other; from a group of households to the State there are six or
seven.
"""


def check_tree(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    """Yield a fault for each level or parent that doesn't exist, each unit that is below itself, and each chain of
    units that is too long.
    """
    yield from _check_head(profile, source)
    for id, unit in profile.units.items():
        if unit.level not in profile.levels:
            yield source.build_unknown_name_fault(f"units.{id}.level", unit.level, "level", profile.levels)
        if unit.parent is not None and unit.parent not in profile.units:
            yield source.build_unknown_name_fault(f"units.{id}.parent", unit.parent, "unit", profile.units)
    yield from _check_chains(profile, source)


def check_dates(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    """Yield a fault for each unit that ends before it begins, and each succession that doesn't fit the dates. The tree
    must be valid.
    """
    lifespans = find_unit_lifespans(profile)
    for id, (first, last) in lifespans.items():
        if last < first:
            problem = Sentence("it ends on {last_day}, before it begins on {first_day}", last_day=last, first_day=first)
            yield source.build_fault(f"units.{id}.valid_to", problem, "swap the two")
    for number, step in enumerate(profile.successions, 1):
        yield from _check_succession(f"successions.{number}", step, lifespans, source)


def find_unit_lifespans(profile: ProfileSchema) -> Mapping[str, Lifespan]:
    """Return the first and last day of each unit; missing dates are those of the parent. The tree must be valid."""
    lifespans: dict[str, Lifespan] = {}
    for id in profile.units:
        for ancestor in reversed(_list_ancestors(id, profile)):
            if ancestor not in lifespans:
                unit = profile.units[ancestor]
                first, last = (date.min, date.max) if unit.parent is None else lifespans[unit.parent]
                lifespans[ancestor] = (unit.valid_from or first, unit.valid_to or last)
    return lifespans


def _check_head(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    for key, unit in (("root", profile.district.root), ("standing_body", profile.district.standing_body)):
        if unit not in profile.units:
            yield source.build_unknown_name_fault(f"district.{key}", unit, "unit", profile.units)
    if not any(level.counts for level in profile.levels.values()):
        yield source.build_fault(
            "levels", "no level has `counts = true`", "set `counts = true` for the level at which reports are counted"
        )


def _list_ancestors(id: str, profile: ProfileSchema) -> list[str]:
    """Return a unit and the units above it: up to the top, to the first unit seen twice, or to one more than
    `_MAX_DEPTH`.
    """
    chain: list[str] = []
    current: str | None = id
    while current in profile.units and current not in chain and len(chain) < _MAX_DEPTH:
        chain.append(current)
        current = profile.units[current].parent
    return [*chain, current] if current in profile.units else chain


def _check_chains(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    """Yield a fault for each circle of units, once, and for only the first unit that is too deep, as those below it are
    too deep as well.
    """
    seen: set[str] = set()
    for id in profile.units:
        chain = _list_ancestors(id, profile)
        if chain[-1] in chain[:-1]:
            circle = chain[chain.index(chain[-1]) :]
            if seen.isdisjoint(circle):
                problem = Sentence("the units form a circle: {circle}", circle=" -> ".join(circle))
                yield source.build_fault(f"units.{chain[-1]}.parent", problem, "give one of them another parent")
            seen.update(circle)
        elif len(chain) > _MAX_DEPTH:
            problem = Sentence("it has more than {most} units above it", most=_MAX_DEPTH - 1)
            yield source.build_fault(f"units.{id}.parent", problem, "give it a parent nearer to the root")
            return


def _check_succession(
    place: str, step: SuccessionSchema, lifespans: Mapping[str, Lifespan], source: ProfileSource
) -> Iterator[ProfileFault]:
    for end, unit in (("unit", step.unit), ("into", step.into)):
        if unit not in lifespans:
            yield source.build_unknown_name_fault(f"{place}.{end}", unit, "unit", lifespans)
    if not {step.unit, step.into} <= lifespans.keys():
        return
    last = lifespans[step.unit][1]
    if last != step.on - timedelta(days=1):
        problem = Sentence(
            "{unit!r} ends on {last_day}, not on the day before {day}", unit=step.unit, last_day=last, day=step.on
        )
        yield source.build_fault(f"{place}.on", problem, "correct this date or the unit's `valid_to`")
    first, last = lifespans[step.into]
    if not first <= step.on <= last:
        problem = Sentence(
            "{unit!r} doesn't exist on {day}, only from {first_day} to {last_day}",
            unit=step.into,
            day=step.on,
            first_day=first,
            last_day=last,
        )
        yield source.build_fault(f"{place}.into", problem, "correct this date or the unit's `valid_from`")
