"""What a sign-in leaves of what its person may: an API token may be good for some units only."""

from collections.abc import Sequence
from datetime import date

from attrs import frozen

from anninh_core.usecase.actor import Actor
from anninh_core.usecase.permissions.permits import PermissionVerdict, Permits
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.permissions import Permission


def limit_permits(permits: Permits, actor: Actor, district: District) -> Permits:
    """Return permits that heed the units to which an actor's sign-in is limited; the same where it is to none."""
    return permits if actor.sign_in.units is None else LimitedPermits(permits, district)


@frozen
class LimitedPermits:
    """Permits of those whose sign-in is limited to some units and what is below them; others' are as they were."""

    _permits: Permits
    _district: District

    def for_act(self) -> Permits:
        """Return what answers all questions of one act, as limited."""
        return LimitedPermits(self._permits.for_act(), self._district)

    def may(self, actor: Actor, permission: Permission, unit: str, on: date) -> PermissionVerdict:
        """Tell whether an actor may do something on a unit on a day, and why."""
        verdict = self._permits.may(actor, permission, unit, on)
        if not verdict.allowed or self._reaches(actor, unit):
            return verdict
        units = ", ".join(sorted(actor.sign_in.units or ())) or "no unit"
        why = f"{actor.label} is signed in for {units} only, not for {unit!r}; another sign-in may reach it"
        return PermissionVerdict(False, why, permission.value, unit)

    def units(self, actor: Actor, permission: Permission, on: date) -> Sequence[str] | None:
        """Return the units where the permission holds, None for everywhere."""
        units = self._permits.units(actor, permission, on)
        if actor.sign_in.units is None:
            return units
        return tuple(unit for unit in (self._district.units if units is None else units) if self._reaches(actor, unit))

    def is_officer(self, id: str) -> bool:
        """Tell whether an officer of this id is on record."""
        return self._permits.is_officer(id)

    def name_officer(self, id: str) -> str:
        """Return an officer's name, or the id where none is on record, or can be read any more."""
        return self._permits.name_officer(id)

    def list_marks(self, id: str) -> tuple[str, ...]:
        """Return by what a conflict of interest may name an officer."""
        return self._permits.list_marks(id)

    def _reaches(self, actor: Actor, unit: str) -> bool:
        limits = actor.sign_in.units
        return limits is None or not limits.isdisjoint(self._district.ancestors(unit))
