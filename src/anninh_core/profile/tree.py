"""Does the tree of units hold: levels, parents, dates, successions?"""

from collections.abc import Mapping
from datetime import date, timedelta

from anninh_core.profile.schema import ProfileSchema, SuccessionSchema
from anninh_core.profile.source import ProfileSource

Lifespan = tuple[date, date]
"""First and last day of a unit."""

_MAX_DEPTH = 32
"""Units that may stand one above the other; from a group of households to the State there are six or seven."""


def check_tree(profile: ProfileSchema, source: ProfileSource) -> None:
    """Raise `BadProfile` unless every level and parent exists and no unit stands below itself."""
    _check_head(profile, source)
    for id, unit in profile.units.items():
        if unit.level not in profile.levels:
            raise source.unknown_name_error(f"units.{id}.level", unit.level, "level", profile.levels)
        if unit.parent is not None and unit.parent not in profile.units:
            raise source.unknown_name_error(f"units.{id}.parent", unit.parent, "unit", profile.units)
    for id in profile.units:
        _check_chain(id, profile, source)


def unit_lifespans(profile: ProfileSchema, source: ProfileSource) -> Mapping[str, Lifespan]:
    """Return when each unit stands; dates left out are those of the parent. The tree must have been checked."""
    lifespans: dict[str, Lifespan] = {}
    for id in profile.units:
        for above in reversed(_ancestor_chain(id, profile)):
            if above not in lifespans:
                lifespans[above] = _lifespan(above, profile, lifespans, source)
    return lifespans


def check_successions(profile: ProfileSchema, found: Mapping[str, Lifespan], source: ProfileSource) -> None:
    """Raise `BadProfile` unless every succession leads from a unit that ends to one that stands."""
    for number, step in enumerate(profile.successions, 1):
        place = f"successions.{number}"
        for end, unit in (("unit", step.unit), ("into", step.into)):
            if unit not in profile.units:
                raise source.unknown_name_error(f"{place}.{end}", unit, "unit", profile.units)
        _check_dates(place, step, found, source)


def _check_head(profile: ProfileSchema, source: ProfileSource) -> None:
    for key, unit in (("root", profile.district.root), ("standing_body", profile.district.standing_body)):
        if unit not in profile.units:
            raise source.unknown_name_error(f"district.{key}", unit, "unit", profile.units)
    if not any(level.counts for level in profile.levels.values()):
        raise source.error_at(
            "levels", "no level counts", "set counts = true for the level that reports are counted at"
        )


def _ancestor_chain(id: str, profile: ProfileSchema) -> list[str]:
    """Return the unit and what stands above it: up to the top, to the first one seen twice, or to one too many."""
    chain: list[str] = []
    current: str | None = id
    while current is not None and current not in chain and len(chain) < _MAX_DEPTH:
        chain.append(current)
        current = profile.units[current].parent
    return chain if current is None else [*chain, current]


def _check_chain(id: str, profile: ProfileSchema, source: ProfileSource) -> None:
    chain = _ancestor_chain(id, profile)
    if chain[-1] in chain[:-1]:
        cycle = " -> ".join(chain[chain.index(chain[-1]) :])
        raise source.error_at(
            f"units.{chain[-1]}.parent", f"the units run in a circle: {cycle}", "give one another parent"
        )
    if len(chain) > _MAX_DEPTH:
        problem = f"it stands below more units than {_MAX_DEPTH - 1}, each below the next"
        raise source.error_at(f"units.{id}.parent", problem, "give it a parent nearer to the root")


def _lifespan(id: str, profile: ProfileSchema, above: Mapping[str, Lifespan], source: ProfileSource) -> Lifespan:
    unit = profile.units[id]
    first, last = (date.min, date.max) if unit.parent is None else above[unit.parent]
    first, last = unit.valid_from or first, unit.valid_to or last
    if last < first:
        raise source.error_at(
            f"units.{id}.valid_to", f"the unit ends on {last}, before it begins on {first}", "swap them"
        )
    return first, last


def _check_dates(place: str, step: SuccessionSchema, found: Mapping[str, Lifespan], source: ProfileSource) -> None:
    last = found[step.unit][1]
    if last != step.on - timedelta(days=1):
        problem = f"{step.unit!r} ends on {last}, not on the day before {step.on}"
        raise source.error_at(f"{place}.on", problem, "correct this date or the unit's valid_to")
    first, last = found[step.into]
    if not first <= step.on <= last:
        problem = f"{step.into!r} doesn't stand on {step.on}, only from {first} to {last}"
        raise source.error_at(f"{place}.into", problem, "correct this date or the unit's valid_from")
