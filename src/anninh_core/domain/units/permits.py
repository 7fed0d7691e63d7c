"""Permission checks on the basis of the stored grants."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from anninh_core.domain.units.model import OFFICER, Officer
from anninh_core.domain.units.rules import expand_units, find_roles_with, granted_units, list_conflict_marks
from anninh_core.kernel.errors import Damaged
from anninh_core.kernel.sentences import Sentence
from anninh_core.usecase.actor import SYSTEM_PERMISSIONS, Actor, ActorKind
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.permissions.permits import PermissionVerdict
from anninh_core.vocabulary.permissions import Permission


class GrantPermits:
    """Decides whether an actor has a permission, on the basis of the stored role grants."""

    def __init__(self, context: UseCaseContext) -> None:
        self._context = context

    def for_act(self) -> "GrantPermits":
        """Return an object for the permission checks of one use case, which reads each officer's record only once."""
        return _CachingPermits(self._context)

    def may(self, actor: Actor, permission: Permission, unit: str, on: date) -> PermissionVerdict:
        """Return whether an actor has a permission on a unit on a day, with the reason."""
        district = self._context.district
        if actor.kind is ActorKind.SYSTEM:
            return _check_program_permission(actor.id, permission)
        # Several roles may give the permission on the same unit.
        granted = [*dict.fromkeys(self._granted_units(actor, permission, on))]
        if any(district.is_within(unit, top) for top in granted):
            return PermissionVerdict(True, Sentence("The permission is granted for {units}.", units=tuple(granted)))
        roles = tuple(find_roles_with(district, permission))
        facts = {"officer": actor.id, "permission": permission.value, "unit": unit, "day": on, "roles": roles}
        why = Sentence(
            "{officer} has no permission {permission} for unit {unit} on {day}. Roles that give it: {roles}.", **facts
        )
        if granted:
            why = Sentence(
                "{officer} has no permission {permission} for unit {unit} on {day}, only for {granted}. "
                "Roles that give it: {roles}.",
                granted=tuple(granted),
                **facts,
            )
        return PermissionVerdict(False, why, permission.value, unit, roles)

    def units(self, actor: Actor, permission: Permission, on: date) -> Sequence[str] | None:
        """Return the units on which an actor has a permission on a day, None for all units."""
        if actor.kind is ActorKind.SYSTEM:
            return None if permission in SYSTEM_PERMISSIONS.get(actor.id, ()) else ()
        return expand_units(self._context.district, self._granted_units(actor, permission, on))

    def is_officer(self, id: str) -> bool:
        """Return whether an officer with this id is on record."""
        return self._context.storage.records.get(OFFICER.name, id) is not None

    def name_officer(self, id: str) -> str:
        """Return an officer's name, or the id if there is no readable record."""
        try:
            officer = self._get_officer(id)
        except Damaged:
            return id
        return id if officer is None else officer.name

    def list_marks(self, id: str) -> tuple[str, ...]:
        """Return the marks of an officer and of the officer's units; an exclusion for a conflict of interest contains
        one of these.

        Raises:
            Damaged: the officer's record can't be read, so that the marks are unknown.
        """
        officer = self._get_officer(id)
        return (id,) if officer is None else list_conflict_marks(self._context.district, officer)

    def _get_officer(self, id: str) -> Officer | None:
        record = self._context.storage.records.get(OFFICER.name, id)
        return None if record is None else next(iter(self._context.iter_readable(OFFICER, (record,))), None)

    def _granted_units(self, actor: Actor, permission: Permission, on: date) -> tuple[str, ...]:
        officer = self._load_officer(actor.id)
        return () if officer is None else granted_units(self._context.district, officer, permission, on)

    def _load_officer(self, id: str) -> Officer | None:
        """Return an officer, None if there is no record; raise `Purged` or `Damaged` if the record can't be read."""
        record = self._context.storage.records.get(OFFICER.name, id)
        return None if record is None else self._context.open_record(OFFICER, record)


class _CachingPermits(GrantPermits):
    """Permission checks of one use case, which read each officer's record only once."""

    def __init__(self, context: UseCaseContext) -> None:
        super().__init__(context)
        self._officers: dict[str, Officer | None] = {}

    def _get_officer(self, id: str) -> Officer | None:
        return self._officers[id] if id in self._officers else super()._get_officer(id)

    def _load_officer(self, id: str) -> Officer | None:
        if id not in self._officers:
            self._officers[id] = super()._load_officer(id)
        return self._officers[id]


@lru_cache(256)
def _check_program_permission(part: str, permission: Permission) -> PermissionVerdict:
    """Return whether a part of the program has a permission: the answer is the same on all units and days."""
    allowed = permission in SYSTEM_PERMISSIONS.get(part, ())
    why = (
        Sentence("The program's part {part} has the permission {permission}.", part=part, permission=permission.value)
        if allowed
        else Sentence(
            "The program's part {part} never has the permission {permission}.", part=part, permission=permission.value
        )
    )
    return PermissionVerdict(allowed, why, permission.value)
