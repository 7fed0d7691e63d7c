"""Pure answers of the dated tree and of role grants."""

from collections.abc import Iterable
from datetime import date
from itertools import chain

from anninh_core.domain.units.model import Officer, RoleGrant
from anninh_core.usecase.permissions.permits import unit_mark
from anninh_core.vocabulary.district import District, Role
from anninh_core.vocabulary.permissions import EVERY_OFFICER, SYSTEM_ONLY, Permission


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


def giving_roles(district: District, permission: Permission) -> tuple[str, ...]:
    """Return the roles that give a permission, in the profile's order."""
    return tuple(role.id for role in district.roles.values() if permission in role.permissions)


def granted_units(district: District, officer: Officer, permission: Permission, on: date) -> tuple[str, ...]:
    """Return the units on which an officer's grants of the day give a permission, without what stands below them.

    A role that the profile doesn't have any more gives nothing, and no role gives what only the program may. What every
    officer may holds at home, for whoever has a role.
    """
    if permission in SYSTEM_ONLY:
        return ()
    if permission in EVERY_OFFICER:
        return (officer.unit,) if any(grant.is_in_force(on) for grant in officer.grants) else ()
    giving = giving_roles(district, permission)
    return tuple(grant.unit for grant in officer.grants if grant.is_in_force(on) and grant.role in giving)


def marks_of(district: District, officer: Officer) -> tuple[str, ...]:
    """Return by what a conflict of interest may name an officer: the id, and the marks of the own unit and above."""
    units = district.ancestors(officer.unit) if officer.unit in district.units else (officer.unit,)
    return (officer.id, *map(unit_mark, units))


def grantors(district: District, officers: Iterable[Officer], on: date) -> int:
    """Count the officers who may grant roles on the whole district on a day."""
    return sum(district.root in granted_units(district, one, Permission.GRANT, on) for one in officers)


def had_grantors(district: District, officers: Iterable[Officer], on: date) -> int:
    """Count the officers who may grant roles on the whole district on a day, or might before."""
    giving = giving_roles(district, Permission.GRANT)
    return sum(
        any(
            grant.unit == district.root and grant.role in giving and grant.valid_from <= on and not grant.is_proposed
            for grant in one.grants
        )
        for one in officers
    )


def incompatible_grants(district: District, officer: Officer, on: date) -> tuple[tuple[RoleGrant, RoleGrant], ...]:
    """Return pairs of grants of one officer whose roles the profile keeps apart, the one given later second.

    Counted are those in force on a day or later, and those that wait for a second person.
    """
    living = sorted((one for one in officer.grants if one.valid_to >= on), key=lambda one: one.valid_from)
    return tuple(
        (earlier, later)
        for number, later in enumerate(living)
        for earlier in living[:number]
        if district.are_apart(earlier.role, later.role)
    )


def first_grantor(district: District) -> str:
    """Return the first role of a profile that may grant roles; "" where none may."""
    return next(iter(giving_roles(district, Permission.GRANT)), "")


def compatible_roles(district: District) -> tuple[str, ...]:
    """Return the roles that one officer may have together, taken in the profile's order: for a place to try it out."""
    chosen: list[str] = []
    for role in district.roles:
        if not any(district.are_apart(role, other) for other in chosen):
            chosen.append(role)
    return tuple(chosen)


def goes_beyond(district: District, grantor: Officer, role: Role, unit: str, on: date) -> bool:
    """Tell whether a role on a unit gives something that whoever grants it may not do there."""

    def lacks(permission: Permission) -> bool:
        return not any(district.is_within(unit, top) for top in granted_units(district, grantor, permission, on))

    return any(map(lacks, role.permissions))


def expand_units(district: District, units: Iterable[str]) -> tuple[str, ...]:
    """Return units and all that stands below them, each once."""
    return tuple(dict.fromkeys(chain.from_iterable(map(district.subtree, units))))


def roles_with(district: District, permission: Permission) -> str:
    """Name the roles that would give a permission, for a refusal's way out."""
    if permission in EVERY_OFFICER:
        return "every role"
    return ", ".join(giving_roles(district, permission)) or "no role"
