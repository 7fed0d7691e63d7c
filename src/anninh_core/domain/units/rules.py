"""Pure answers of the dated tree and of role grants."""

from collections.abc import Iterable
from datetime import date
from itertools import chain

from anninh_core.domain.units.model import Officer
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.permissions import Permission


def successors(district: District, unit: str, on: date) -> tuple[str, ...]:
    """Return the units that stand on a day for what `unit` was: itself, or whatever it went into."""
    successions = [succession for succession in district.successions if succession.unit == unit and succession.on <= on]
    if not successions:
        return (district.unit(unit).id,)
    newest = max(succession.on for succession in successions)
    result: list[str] = []
    for succession in successions:
        if succession.on == newest:
            next_units = (succession.into,) if succession.into == unit else successors(district, succession.into, on)
            result.extend(id for id in next_units if id not in result)
    return tuple(result)


def granted_units(district: District, officer: Officer, permission: Permission, on: date) -> tuple[str, ...]:
    """Return the units on which an officer's grants of the day give a permission, without what stands below them.

    A role that the profile doesn't have any more gives nothing.
    """
    giving = {role.id for role in district.roles.values() if permission in role.permissions}
    return tuple(grant.unit for grant in officer.grants if grant.is_in_force(on) and grant.role in giving)


def expand_units(district: District, units: Iterable[str]) -> tuple[str, ...]:
    """Return units and all that stands below them, each once."""
    return tuple(dict.fromkeys(chain.from_iterable(map(district.subtree, units))))


def roles_with(district: District, permission: Permission) -> str:
    """Name the roles that would give a permission, for a refusal's way out."""
    return ", ".join(role.id for role in district.roles.values() if permission in role.permissions) or "no role"
