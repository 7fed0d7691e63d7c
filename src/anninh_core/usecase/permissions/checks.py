"""Checks in one act of an actor: the permissions that its use cases require, on which units, and conflicts of
interest.
"""

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
    """Base class of sessions; it has the actor and checks the actor's permissions.

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
        """Run the body of a use case inside a `with` block: before it ends, it must check `permission` on some unit."""
        return RequiredPermission(self.required, permission, self.action)

    def permit(self, unit: str) -> None:
        """Check that the actor has the required permission on a unit.

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
        """Check that the actor has the required permission on one of several units; the act and any refusal concern the
        first unit.
        """
        permitted = self.permitted_units()
        self.permit(next((unit for unit in units if permitted is None or unit in permitted), units[0]))
        self.unit = self.context.district.unit(units[0]).id

    def permitted_units(self) -> Sequence[str] | None:
        """Return the units on which the actor has the required permission, or None for all units.

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
        """Return whether the actor, or the unit that the actor belongs to, is among the excluded."""
        return bool(excluded) and not set(excluded).isdisjoint(self.marks)

    @property
    def marks(self) -> tuple[str, ...]:
        """The marks that exclude the actor in conflicts of interest, for `excluding` in a list."""
        return self.permits.list_marks(self.actor.id)
