"""Limits of a sign-in: it reaches only some units, or only the officer's own account until a second factor is given."""

from collections.abc import Sequence
from datetime import date

from attrs import frozen

from anninh_core.kernel.sentences import Sentence
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.permissions.permits import PermissionVerdict, Permits
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.permissions import EVERY_OFFICER, Permission


def limit_permits(permits: Permits, actor: Actor, district: District) -> Permits:
    """Return permits that respect the limits of an actor's sign-in; `permits` itself if there are none."""
    is_limited = actor.sign_in.units is not None or actor.sign_in.owes_second_factor
    return LimitedPermits(permits, district) if is_limited else permits


@frozen
class LimitedPermits:
    """Permits for an actor whose sign-in is limited to some units and their subunits, or to the officer's own
    account.
    """

    _permits: Permits
    _district: District

    def for_act(self) -> Permits:
        """Return permits for one act, with the same limits of the sign-in."""
        return LimitedPermits(self._permits.for_act(), self._district)

    def may(self, actor: Actor, permission: Permission, unit: str, on: date) -> PermissionVerdict:
        """Return whether an actor has a permission on a unit on a day, with the reason if not."""
        if _is_barred_without_factor(actor, permission):
            return PermissionVerdict(False, explain_missing_factor(actor), permission.value, unit)
        verdict = self._permits.may(actor, permission, unit, on)
        if not verdict.allowed or self._is_within_limits(actor, unit):
            return verdict
        why = Sentence(
            "{officer} is signed in only for {units}, not for {unit!r}: sign in again for that unit.",
            officer=actor.id,
            units=sorted(actor.sign_in.units or ()),
            unit=unit,
        )
        return PermissionVerdict(False, why, permission.value, unit)

    def units(self, actor: Actor, permission: Permission, on: date) -> Sequence[str] | None:
        """Return the units on which an actor has a permission on a day, or None for all units."""
        if _is_barred_without_factor(actor, permission):
            return ()
        units = self._permits.units(actor, permission, on)
        if actor.sign_in.units is None:
            return units
        return tuple(
            unit for unit in (self._district.units if units is None else units) if self._is_within_limits(actor, unit)
        )

    def is_officer(self, id: str) -> bool:
        """Return whether an officer of this id exists."""
        return self._permits.is_officer(id)

    def name_officer(self, id: str) -> str:
        """Return an officer's name, or the id if the officer doesn't exist or can't be decrypted any more."""
        return self._permits.name_officer(id)

    def list_marks(self, id: str) -> tuple[str, ...]:
        """Return the marks that exclude an officer in conflicts of interest."""
        return self._permits.list_marks(id)

    def _is_within_limits(self, actor: Actor, unit: str) -> bool:
        limits = actor.sign_in.units
        return limits is None or not limits.isdisjoint(self._district.ancestors(unit))


def explain_missing_factor(actor: Actor) -> Sentence:
    """Return a sentence that explains why a sign-in reaches only the officer's own account, and how to lift this
    limit.
    """
    return Sentence(
        "{officer} has a role that requires a second factor, but none was shown yet: add an authenticator "
        "app with {act:accounts.begin_totp}, or sign in with the second factor.",
        officer=actor.id,
    )


def _is_barred_without_factor(actor: Actor, permission: Permission) -> bool:
    return actor.sign_in.owes_second_factor and permission not in EVERY_OFFICER
