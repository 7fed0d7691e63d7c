"""Permission checks of an actor in one act: the marked permissions, their units, and conflicts of interest."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime

from anninh_core.kernel.dates import local_date
from anninh_core.ports.storages.changes import Scalar
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.permissions.limits import limit_permits
from anninh_core.usecase.permissions.permits import Permits, Refusals, RequiredPermission
from anninh_core.vocabulary.permissions import Permission


class PermissionChecks:
    """Base of sessions: the actor and the permissions of the actor.

    Attributes:
        at: start time of the act, used for every time in it.
        today: the day of `at` for residents and officers.
        unit: unit of the act for the journal.
        facts: small clear facts for the journal.
        required: permissions that the running bodies must check, the innermost last.
    """

    def __init__(self, context: UseCaseContext, permits: Permits, actor: Actor, action: str) -> None:
        self.context = context
        self.permits: Permits = limit_permits(permits, actor, context.district)
        self.actor: Actor = actor
        self.action = action
        self.at: datetime = context.clock.now()
        self.today: date = local_date(self.at)
        self.unit: str = context.district.root
        self.facts: dict[str, Scalar] = {}
        self.required: list[RequiredPermission] = []
        self._refusals = Refusals()
        self._permitted_units: dict[tuple[str, Permission], Sequence[str] | None] = {}

    def requiring(self, permission: Permission) -> AbstractContextManager[None]:
        """Run a marked body inside a `with`: it must check `permission` on some unit before it ends."""
        return RequiredPermission(self.required, permission, self.action)

    def permit(self, unit: str) -> None:
        """Check the marked permission on a unit.

        Raises:
            Refused: with the reason and the role that would grant it.
        """
        required = self.required[-1]
        required.checked = True
        unit_id = self.context.district.unit(unit).id
        if not self.required[1:]:
            self.unit = unit_id
        verdict = self.permits.may(self.actor, required.permission, unit, self.today)
        if not verdict.allowed:
            raise verdict.refusal()

    def permit_any(self, *units: str) -> None:
        """Check the marked permission on one of several units; the act and any refusal concern the first."""
        permitted = self.permitted_units()
        self.permit(next((unit for unit in units if permitted is None or unit in permitted), units[0]))
        self.unit = self.context.district.unit(units[0]).id

    def permitted_units(self) -> Sequence[str] | None:
        """Return the units where the actor has the marked permission, or None for all units.

        Raises:
            Refused: the actor has it on no unit.
        """
        required = self.required[-1]
        required.checked = True
        key = (self.actor.label, required.permission)
        if key not in self._permitted_units:
            self._permitted_units[key] = self.permits.units(self.actor, required.permission, self.today)
        units = self._permitted_units[key]
        if units is not None and not units:
            root = self.context.district.root
            raise self.permits.may(self.actor, required.permission, root, self.today).refusal()
        return units

    def is_barred(self, excluded: Collection[str]) -> bool:
        """Return whether the actor or the actor's home unit is excluded."""
        return bool(excluded) and not set(excluded).isdisjoint(self.marks)

    @property
    def marks(self) -> tuple[str, ...]:
        """The actor's marks in conflicts of interest, for `excluding` in a list."""
        return self.permits.list_marks(self.actor.id)
