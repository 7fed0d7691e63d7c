"""Does the tree of units hold: levels, parents, dates, successions?"""

from collections.abc import Mapping
from datetime import date, timedelta

from anninh_core.profile.schema import Profile, Succession
from anninh_core.profile.source import Source

Life = tuple[date, date]
"""First and last day of a unit."""


def check_tree(profile: Profile, source: Source) -> None:
    """Raise `BadProfile` unless every level and parent exists and no unit stands below itself."""
    _check_head(profile, source)
    for id, unit in profile.units.items():
        if unit.level not in profile.levels:
            raise source.unknown(f"units.{id}.level", unit.level, "level", profile.levels)
        if unit.parent is not None and unit.parent not in profile.units:
            raise source.unknown(f"units.{id}.parent", unit.parent, "unit", profile.units)
    for id in profile.units:
        _check_chain(id, profile, source)


def lives(profile: Profile, source: Source) -> Mapping[str, Life]:
    """Return when each unit stands; dates left out are those of the parent. The tree must have been checked."""
    found: dict[str, Life] = {}
    for id in profile.units:
        for above in reversed(_chain(id, profile)):
            if above not in found:
                found[above] = _life(above, profile, found, source)
    return found


def check_successions(profile: Profile, found: Mapping[str, Life], source: Source) -> None:
    """Raise `BadProfile` unless every succession leads from a unit that ends to one that stands."""
    for number, step in enumerate(profile.successions, 1):
        place = f"successions.{number}"
        for end, unit in (("unit", step.unit), ("into", step.into)):
            if unit not in profile.units:
                raise source.unknown(f"{place}.{end}", unit, "unit", profile.units)
        _check_dates(place, step, found, source)


def _check_head(profile: Profile, source: Source) -> None:
    for key, unit in (("root", profile.district.root), ("standing_body", profile.district.standing_body)):
        if unit not in profile.units:
            raise source.unknown(f"district.{key}", unit, "unit", profile.units)
    if not any(level.counts for level in profile.levels.values()):
        raise source.bad("levels", "no level counts", "set counts = true for the level that reports are counted at")


def _chain(id: str, profile: Profile) -> list[str]:
    """Return the unit and what stands above it, up to the top or to the first one seen twice."""
    chain: list[str] = []
    at: str | None = id
    while at is not None and at not in chain:
        chain.append(at)
        at = profile.units[at].parent
    return chain if at is None else [*chain, at]


def _check_chain(id: str, profile: Profile, source: Source) -> None:
    chain = _chain(id, profile)
    if chain[-1] in chain[:-1]:
        circle = " -> ".join(chain[chain.index(chain[-1]) :])
        raise source.bad(f"units.{chain[-1]}.parent", f"the units run in a circle: {circle}", "give one another parent")


def _life(id: str, profile: Profile, above: Mapping[str, Life], source: Source) -> Life:
    unit = profile.units[id]
    first, last = (date.min, date.max) if unit.parent is None else above[unit.parent]
    first, last = unit.valid_from or first, unit.valid_to or last
    if last < first:
        raise source.bad(f"units.{id}.valid_to", f"the unit ends on {last}, before it begins on {first}", "swap them")
    return first, last


def _check_dates(place: str, step: Succession, found: Mapping[str, Life], source: Source) -> None:
    last = found[step.unit][1]
    if last != step.on - timedelta(days=1):
        problem = f"{step.unit!r} ends on {last}, not on the day before {step.on}"
        raise source.bad(f"{place}.on", problem, "correct this date or the unit's valid_to")
    first, last = found[step.into]
    if not first <= step.on <= last:
        problem = f"{step.into!r} doesn't stand on {step.on}, only from {first} to {last}"
        raise source.bad(f"{place}.into", problem, "correct this date or the unit's valid_from")
