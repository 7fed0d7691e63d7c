"""Officers: appointing them, granting and ending roles, and the answer to "may this actor do that here?"."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from anninh_core.kernel.errors import BadInput, NotFound
from anninh_core.kernel.text import nfc
from anninh_core.rooms.units.model import OFFICER, Grant, Officer
from anninh_core.rooms.units.rules import granted_on, roles_with, with_everything_below
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import SYSTEM_PERMISSIONS, Actor, ActorKind, system
from anninh_core.work.context import UseCaseContext
from anninh_core.work.draft import Draft
from anninh_core.work.look import Listing, Look
from anninh_core.work.marks import Room, command, query
from anninh_core.work.permits import Verdict


class Units(Room):
    """Officers and their role grants."""

    room = "units"

    @command(Permission.GRANT)
    def appoint(self, draft: Draft, name: str, unit: str, *, roles: Sequence[str], conversation: str = "") -> Officer:
        """Register an officer of a unit with roles on that unit from today."""
        draft.permit(unit)
        if not name.strip():
            raise BadInput("an officer needs a name, which stands under what the officer signs")
        grants = tuple(Grant(role=self._role(role), unit=unit, valid_from=draft.today) for role in roles)
        officer = Officer(
            id=self.context.ids.new(), name=nfc(name), unit=unit, grants=grants, conversation=conversation
        )
        draft.event("officer.appointed")
        return draft.save(OFFICER, officer)

    @command(Permission.GRANT)
    def grant(self, draft: Draft, officer_id: str, role: str, unit: str, *, until: date = date.max) -> Officer:
        """Give an officer a role on a unit from today, up to an inclusive day."""
        draft.permit(unit)
        officer = draft.load(OFFICER, officer_id)
        grant = Grant(role=self._role(role), unit=unit, valid_from=draft.today, valid_to=until)
        draft.event("officer.granted")
        return draft.save(OFFICER, officer.granted(grant))

    @command(Permission.GRANT)
    def revoke(self, draft: Draft, officer_id: str, role: str, unit: str, *, last_day: date) -> Officer:
        """End a grant after an inclusive last day."""
        draft.permit(unit)
        officer = draft.load(OFFICER, officer_id)
        draft.event("officer.revoked")
        return draft.save(OFFICER, officer.revoked(role, unit, last_day))

    @query(Permission.UNIT_READ)
    def officer(self, look: Look, officer_id: str) -> Officer:
        """Return an officer."""
        found = look.peek(OFFICER, officer_id)
        look.permit(found.unit if found else self.context.district.root)
        if found is None:
            raise NotFound(f"there is no officer {officer_id!r}")
        return found

    @query(Permission.UNIT_READ)
    def officers(self, look: Look, unit: str, *, role: str = "", after: str = "") -> Listing[Officer]:
        """List the officers at home in a unit or below, optionally with a role.

        A page may hold fewer than its limit although a further one follows.
        """
        look.permit(unit)
        where = {"role": self._role(role)} if role else {}
        below = frozenset(self.context.district.subtree(unit))
        page = look.find(OFFICER, "id", units=look.shown_under(below), where=where, after=after)
        return Listing(tuple(officer for officer in page.items if officer.unit in below), page.cursor)

    def _role(self, role: str) -> str:
        if role not in self.context.district.roles:
            known = ", ".join(self.context.district.roles)
            raise BadInput(f"there is no role {role!r} in profile {self.context.district.id!r}; it has {known}")
        return role


class GrantPermits:
    """Answers permission questions from the grants stored."""

    def __init__(self, context: UseCaseContext) -> None:
        self._context = context

    def may(self, actor: Actor, permission: Permission, unit: str, on: date) -> Verdict:
        """Tell whether an actor may do something on a unit on a day, and why."""
        district = self._context.district
        if actor.kind is ActorKind.SYSTEM:
            return _of_a_part(actor.id, permission)
        granted = self._granted(actor, permission, on)
        if any(district.within(unit, top) for top in granted):
            return Verdict(True, f"granted on {', '.join(granted)}")
        where = f"only on {', '.join(granted)}" if granted else "nowhere"
        return Verdict(
            False,
            f"{actor.label} may {permission.value} {where} on {on}, not on {unit!r}; "
            f"roles that give it: {roles_with(district, permission)}",
        )

    def units(self, actor: Actor, permission: Permission, on: date) -> Sequence[str] | None:
        """Return the units where the permission holds, None for everywhere."""
        if actor.kind is ActorKind.SYSTEM:
            return None if permission in SYSTEM_PERMISSIONS.get(actor.id, ()) else ()
        return with_everything_below(self._context.district, self._granted(actor, permission, on))

    def _granted(self, actor: Actor, permission: Permission, on: date) -> tuple[str, ...]:
        record = self._context.storage.records.get(OFFICER.name, actor.id)
        if record is None:
            return ()
        return granted_on(self._context.district, self._context.opened(OFFICER, record), permission, on)


@lru_cache(256)
def _of_a_part(part: str, permission: Permission) -> Verdict:
    """Tell whether a part of the program may do something: the same everywhere and for ever."""
    allowed = permission in SYSTEM_PERMISSIONS.get(part, ())
    return Verdict(allowed, f"{system(part).label} {'may' if allowed else 'may never'} {permission.value}")
