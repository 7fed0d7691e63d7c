"""Officers: appointing them, granting and ending roles, and the answer to "may this actor do that here?"."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from anninh_core.domain.units.model import OFFICER, Officer, RoleGrant
from anninh_core.domain.units.rules import expand_units, granted_units, roles_with
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.usecase.actor import SYSTEM_PERMISSIONS, Actor, ActorKind, system
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.permits import PermissionVerdict
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class Units(Service):
    """Officers and their role grants."""

    action_prefix = "units"

    @command(Permission.GRANT)
    def appoint(
        self, uow: UnitOfWork, name: str, unit: str, *, roles: Sequence[str], conversation: str = ""
    ) -> Officer:
        """Register an officer of a unit with roles on that unit from today."""
        uow.permit(unit)
        if not name.strip():
            raise BadInput("an officer needs a name, which stands under what the officer signs")
        grants = tuple(RoleGrant(role=self._require_role(role), unit=unit, valid_from=uow.today) for role in roles)
        officer = Officer(
            id=self.context.ids.new(), name=nfc(name), unit=unit, grants=grants, conversation=conversation
        )
        uow.add_event("officer.appointed")
        return uow.save(OFFICER, officer)

    @command(Permission.GRANT)
    def grant(self, uow: UnitOfWork, officer_id: str, role: str, unit: str, *, until: date = date.max) -> Officer:
        """Give an officer a role on a unit from today, up to an inclusive day."""
        uow.permit(unit)
        officer = uow.load(OFFICER, officer_id)
        grant = RoleGrant(role=self._require_role(role), unit=unit, valid_from=uow.today, valid_to=until)
        uow.add_event("officer.granted")
        return uow.save(OFFICER, officer.granted(grant))

    @command(Permission.GRANT)
    def revoke(self, uow: UnitOfWork, officer_id: str, role: str, unit: str, *, last_day: date) -> Officer:
        """End a grant after an inclusive last day."""
        uow.permit(unit)
        officer = uow.load(OFFICER, officer_id)
        uow.add_event("officer.revoked")
        return uow.save(OFFICER, officer.revoked(role, unit, last_day))

    @query(Permission.UNIT_READ)
    def officer(self, session: ReadSession, officer_id: str) -> Officer:
        """Return an officer."""
        return session.get_permitted(OFFICER, officer_id, "`anninh units officers` lists those you may see")

    @query(Permission.UNIT_READ)
    def officers(self, session: ReadSession, unit: str, *, role: str = "", after: str = "") -> Listing[Officer]:
        """List the officers at home in a unit or below, optionally with a role.

        A page may hold fewer than its limit although a further one follows.
        """
        session.permit(unit)
        where = {"role": self._require_role(role)} if role else {}
        below = frozenset(self.context.district.subtree(unit))
        page = session.find(OFFICER, "id", units=session.index_units(below), where=where, after=after)
        return Listing(tuple(officer for officer in page.items if officer.unit in below), page.cursor)

    def _require_role(self, role: str) -> str:
        if role not in self.context.district.roles:
            available = ", ".join(self.context.district.roles)
            raise BadInput(f"there is no role {role!r} in profile {self.context.district.id!r}; it has {available}")
        return role


class GrantPermits:
    """Answers permission questions from the grants stored."""

    def __init__(self, context: UseCaseContext) -> None:
        self._context = context

    def may(self, actor: Actor, permission: Permission, unit: str, on: date) -> PermissionVerdict:
        """Tell whether an actor may do something on a unit on a day, and why."""
        district = self._context.district
        if actor.kind is ActorKind.SYSTEM:
            return _system_verdict(actor.id, permission)
        granted = self._granted_units(actor, permission, on)
        if any(district.is_within(unit, top) for top in granted):
            return PermissionVerdict(True, f"granted on {', '.join(granted)}")
        scope = f"only on {', '.join(granted)}" if granted else "nowhere"
        return PermissionVerdict(
            False,
            f"{actor.label} may {permission.value} {scope} on {on}, not on {unit!r}; "
            f"roles that give it: {roles_with(district, permission)}",
        )

    def units(self, actor: Actor, permission: Permission, on: date) -> Sequence[str] | None:
        """Return the units where the permission holds, None for everywhere."""
        if actor.kind is ActorKind.SYSTEM:
            return None if permission in SYSTEM_PERMISSIONS.get(actor.id, ()) else ()
        return expand_units(self._context.district, self._granted_units(actor, permission, on))

    def _granted_units(self, actor: Actor, permission: Permission, on: date) -> tuple[str, ...]:
        record = self._context.storage.records.get(OFFICER.name, actor.id)
        if record is None:
            return ()
        return granted_units(self._context.district, self._context.open_record(OFFICER, record), permission, on)


@lru_cache(256)
def _system_verdict(part: str, permission: Permission) -> PermissionVerdict:
    """Tell whether a part of the program may do something: the same everywhere and for ever."""
    allowed = permission in SYSTEM_PERMISSIONS.get(part, ())
    return PermissionVerdict(allowed, f"{system(part).label} {'may' if allowed else 'may never'} {permission.value}")
