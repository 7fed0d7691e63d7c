"""Pure rules of the dated tree of units and of role grants."""

from collections.abc import Iterable
from datetime import date
from itertools import chain

from anninh_core.domain.units.model import Officer, RoleGrant
from anninh_core.usecase.permissions.permits import build_unit_mark
from anninh_core.vocabulary.district import District, Role
from anninh_core.vocabulary.permissions import EVERY_OFFICER, SYSTEM_ONLY, Permission


def find_successor_units(district: District, unit: str, on: date) -> tuple[str, ...]:
    """Return the units that exist on a day in place of `unit`: itself, or units that it was merged or split into."""
    successions = [succession for succession in district.successions if succession.unit == unit and succession.on <= on]
    if not successions:
        return (district.unit(unit).id,)
    newest = max(succession.on for succession in successions)
    result: list[str] = []
    for succession in successions:
        if succession.on == newest:
            next_units = (
                (succession.into,) if succession.into == unit else find_successor_units(district, succession.into, on)
            )
            result.extend(id for id in next_units if id not in result)
    return tuple(result)


def find_roles_with(district: District, permission: Permission) -> tuple[str, ...]:
    """Return the roles that give a permission, in the profile's order."""
    return tuple(role.id for role in district.roles.values() if permission in role.permissions)


def granted_units(district: District, officer: Officer, permission: Permission, on: date) -> tuple[str, ...]:
    """Return the units on which an officer's grants give a permission on a day, without the units below them.

    A role that the profile no longer has gives nothing, and no role gives a permission reserved for the program. A
    permission of every officer applies to the home unit of an officer with any role.
    """
    if permission in SYSTEM_ONLY:
        return ()
    if permission in EVERY_OFFICER:
        return (officer.unit,) if any(grant.is_in_force(on) for grant in officer.grants) else ()
    giving = find_roles_with(district, permission)
    return tuple(grant.unit for grant in officer.grants if grant.is_in_force(on) and grant.role in giving)


def list_conflict_marks(district: District, officer: Officer) -> tuple[str, ...]:
    """Return an officer's marks for conflicts of interest: the officer's id, and the marks of the home unit and the
    units above it.
    """
    units = district.ancestors(officer.unit) if officer.unit in district.units else (officer.unit,)
    return (officer.id, *map(build_unit_mark, units))


def count_grantors(district: District, officers: Iterable[Officer], on: date) -> int:
    """Return the number of officers who may grant roles on the whole district on a day."""
    return sum(district.root in granted_units(district, officer, Permission.GRANT, on) for officer in officers)


def count_past_grantors(district: District, officers: Iterable[Officer], on: date) -> int:
    """Return the number of officers who may grant roles on the whole district on a day, or could before that day."""
    giving = find_roles_with(district, Permission.GRANT)
    return sum(
        any(
            grant.unit == district.root and grant.role in giving and grant.valid_from <= on and not grant.is_proposed
            for grant in officer.grants
        )
        for officer in officers
    )


def find_incompatible_grants(district: District, officer: Officer, on: date) -> tuple[tuple[RoleGrant, RoleGrant], ...]:
    """Return pairs of an officer's grants whose roles the profile keeps apart, the later grant second.

    Grants in force on the day or later count, and grants that wait for a second person.
    """
    living = sorted((grant for grant in officer.grants if grant.valid_to >= on), key=lambda grant: grant.valid_from)
    return tuple(
        (earlier, later)
        for number, later in enumerate(living)
        for earlier in living[:number]
        if district.are_apart(earlier.role, later.role)
    )


def find_first_granting_role(district: District) -> str:
    """Return the first role of a profile that may grant roles, "" for none."""
    return next(iter(find_roles_with(district, Permission.GRANT)), "")


def choose_compatible_roles(district: District) -> tuple[str, ...]:
    """Return the roles that one officer may have together, chosen in the profile's order: for trial systems."""
    chosen: list[str] = []
    for role in district.roles:
        if not any(district.are_apart(role, other) for other in chosen):
            chosen.append(role)
    return tuple(chosen)


def exceeds_grantor(district: District, grantor: Officer, role: Role, unit: str, on: date) -> bool:
    """Return whether a role on a unit gives a permission that the grantor doesn't have there."""

    def grantor_lacks(permission: Permission) -> bool:
        return not any(district.is_within(unit, top) for top in granted_units(district, grantor, permission, on))

    return any(map(grantor_lacks, role.permissions))


def expand_units(district: District, units: Iterable[str]) -> tuple[str, ...]:
    """Return units and all units below them, each once."""
    return tuple(dict.fromkeys(chain.from_iterable(map(district.subtree, units))))


def describe_roles_with(district: District, permission: Permission) -> str:
    """Return the names of the roles that give a permission, as a text for the advice in a refusal."""
    if permission in EVERY_OFFICER:
        return "every role"
    return ", ".join(find_roles_with(district, permission)) or "no role"
