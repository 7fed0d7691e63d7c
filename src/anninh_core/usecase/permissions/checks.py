"""What an actor may do in one act: the marked permissions, on which units, and what a conflict of interest bars."""

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
    """Base of sessions: who acts, and what they may.

    Attributes:
        at: the moment the act began; every time in it is this one.
        today: the day it is then for residents and officers.
        unit: the unit the act is about, as the journal will say.
        facts: small clear facts for the journal.
        required: the permissions that the bodies under way must check, the innermost last.
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
            Refused: with the reason and the role that would do.
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
        """Check the marked permission on one of several units; the act is about the first, and so is a refusal."""
        permitted = self.permitted_units()
        self.permit(next((unit for unit in units if permitted is None or unit in permitted), units[0]))
        self.unit = self.context.district.unit(units[0]).id

    def permitted_units(self) -> Sequence[str] | None:
        """Return the units on which the marked permission holds, None for all of them.

        Raises:
            Refused: it holds nowhere.
        """
        required = self.required[-1]
        required.checked = True
        asked = (self.actor.label, required.permission)
        if asked not in self._permitted_units:
            self._permitted_units[asked] = self.permits.units(self.actor, required.permission, self.today)
        units = self._permitted_units[asked]
        if units is not None and not units:
            root = self.context.district.root
            raise self.permits.may(self.actor, required.permission, root, self.today).refusal()
        return units

    def is_barred(self, excluded: Collection[str]) -> bool:
        """Tell whether the actor, or the unit where the actor is at home, is among those who are excluded."""
        return bool(excluded) and not set(excluded).isdisjoint(self.marks)

    @property
    def marks(self) -> tuple[str, ...]:
        """By what a conflict of interest may name the actor, for `excluding` in a list."""
        return self.permits.list_marks(self.actor.id)
