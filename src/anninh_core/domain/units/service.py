"""Use cases of officers: appointing them, granting and ending roles, with a second person where a grant needs one."""

from collections.abc import Sequence
from datetime import date, timedelta

from attrs import evolve

from anninh_core.domain.units.model import OFFICER, Officer, RoleGrant
from anninh_core.domain.units.rules import count_past_grantors, exceeds_grantor, find_incompatible_grants
from anninh_core.domain.units.views import CurrentOfficer, DisplayNames
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.kernel.text import nfc
from anninh_core.usecase.actor import ActorKind
from anninh_core.usecase.arguments import Cursor, Id, Limit, OfficerId, OneLine, RoleId, UnitId
from anninh_core.usecase.encryption.encryptor import skip_damaged
from anninh_core.usecase.marks import Service, command, query, step
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_SEE = "units.officers"
_ENOUGH_GRANTORS = 2
"""Number of present or past officers with the permission to grant roles on the whole district; once it is reached, the
program itself grants no more roles.
"""


_MOST_NAMES = 200
_READS_LISTS = (
    *(permission for permission in Permission if permission.value.endswith(".read")),
    *(Permission.IDENTITY_APPROVE, Permission.RIGHTS_CHECK, Permission.RIGHTS_HANDLE),
)
"""Permissions to read lists that contain ids of units or officers."""


class Units(Service):
    """Use cases of officers and their role grants.

    A role with a permission that the grantor doesn't have needs a second person: an officer proposes it, another one
    confirms it, and it gives nothing before. No officer grants a role to themselves, and no officer has two roles that
    the profile keeps apart.
    """

    action_prefix = "units"

    @command(Permission.GRANT, public=True, step_up=True)
    def appoint(
        self, uow: UnitOfWork, name: OneLine, unit: UnitId, *, roles: Sequence[RoleId], conversation: Id = ""
    ) -> Officer:
        """Register an officer of a unit with roles on that unit from today; see `grant` for when they are in force.

        Raises:
            Refused: two of the roles are kept apart; or the program itself appoints in a store that has two officers
                with the permission to grant.
        """
        uow.permit(unit)
        self._check_program_may_grant(uow)
        officer = self._build_officer(name, unit, conversation)
        for role in roles:
            officer = self._add_grant(uow, officer, role, unit, date.max)
        uow.add_event("officer.appointed")
        return uow.save(OFFICER, officer)

    @command(Permission.GRANT, public=True, daily=True, step_up=True)
    def grant(
        self, uow: UnitOfWork, officer_id: OfficerId, role: RoleId, unit: UnitId, *, until: date = date.max
    ) -> Officer:
        """Give an officer a role on a unit from today, up to an inclusive day.

        It is in force at once if the grantor has all its permissions; otherwise it waits for `confirm_grant`.

        Raises:
            WrongStep: the officer has it already, or it waits for confirmation.
            Refused: a grant to oneself, or of a role kept apart from another role of the officer; or the program itself
                grants in a store that has two officers with the permission to grant.
        """
        uow.permit(unit)
        self._check_program_may_grant(uow)
        granted = self._add_grant(uow, uow.get_permitted(OFFICER, officer_id, _SEE), role, unit, until)
        uow.add_event("officer.granted" if not granted.grants[-1].is_proposed else "officer.grant_proposed")
        return uow.save(OFFICER, granted)

    @command(Permission.GRANT, public=True, step_up=True)
    def confirm_grant(self, uow: UnitOfWork, officer_id: OfficerId, role: RoleId, unit: UnitId) -> Officer:
        """Put a proposed grant in force from today, as the required second person.

        Raises:
            Refused: the actor proposed it or would receive it; or the officer has a role that it is kept apart from.
            WrongStep: no such grant waits for confirmation.
        """
        uow.permit(unit)
        officer = uow.get_permitted(OFFICER, officer_id, _SEE)
        proposed = (
            candidate
            for candidate in officer.grants
            if (candidate.role, candidate.unit) == (role, unit) and candidate.is_proposed
        )
        if uow.actor.id in (officer.id, *(grant.proposed_by for grant in proposed)):
            raise Refused(
                "Officer {officer} proposed this grant or would receive it: a second person must confirm it.",
                officer=uow.actor.id,
            )
        confirmed = officer.confirmed(role, unit, uow.actor.id, uow.today)
        self._check_roles_compatible(confirmed, uow.today)
        uow.facts["role"] = role
        uow.add_event("officer.granted")
        return uow.save(OFFICER, confirmed)

    @command(Permission.GRANT)
    def revoke(self, uow: UnitOfWork, officer_id: str, role: RoleId, unit: str, *, last_day: date) -> Officer:
        """End a grant after an inclusive last day; yesterday ends it at once."""
        uow.permit(unit)
        officer = uow.get_visible(OFFICER, officer_id, _SEE)
        if not any(grant.unit == unit for grant in officer.grants):
            raise uow.build_withheld_error(
                OFFICER.name, officer_id, f"{officer_id} has no role on {unit}", _SEE, unit=unit
            )
        uow.facts["role"] = role
        uow.add_event("officer.revoked")
        return uow.save(OFFICER, officer.revoked(role, unit, last_day))

    @command(Permission.BREAK_GLASS)
    def break_glass(self, uow: UnitOfWork, name: str, role: RoleId, *, delay: timedelta) -> Officer:
        """Appoint an officer on the whole district without a grantor, after a delay; all officers are notified.

        Args:
            name: name of the officer.
            role: role of the officer.
            delay: time until it is in force; an officer with the permission to grant can end it before.
        """
        uow.permit(self.context.district.root)
        officer = self._build_officer(name, self.context.district.root, "")
        begins = local_date(uow.at + delay)
        grant = RoleGrant(role=self._require_known_role(role), unit=officer.unit, valid_from=begins)
        uow.facts |= {"role": role, "from": begins.isoformat()}
        uow.add_event("officer.break_glass")
        return uow.save(OFFICER, officer.granted(grant))

    @command(Permission.OPERATE)
    def separate_roles(self, uow: UnitOfWork) -> int:
        """End grants of roles that are kept apart from an earlier role of the same officer, from the profile's day on.

        The later grant of each pair ends yesterday; return the number of ended grants. Until the profile's day they
        stay, and `anninh doctor` lists them.
        """
        uow.permit(self.context.district.root)
        if uow.today < self.context.district.separate_roles_by:
            return 0
        ended = 0
        for officer in tuple(uow.iter_all(OFFICER, "id")):
            later = {
                id(second): second for _, second in find_incompatible_grants(self.context.district, officer, uow.today)
            }
            if later:
                last_day = uow.today - timedelta(days=1)
                grants = tuple(
                    evolve(grant, valid_to=last_day) if id(grant) in later else grant for grant in officer.grants
                )
                uow.save(OFFICER, evolve(officer, grants=grants))
                ended += len(later)
        if ended:
            uow.facts["grants"] = ended
            uow.add_event("officer.roles_separated")
        return ended

    @step(Permission.GRANT)
    def record_officer(
        self, uow: UnitOfWork, name: str, unit: str, *, roles: Sequence[str] = (), conversation: str = ""
    ) -> Officer:
        """Record an officer with roles in force at once, regardless of the grantor: for tests and the demo."""
        uow.permit(unit)
        officer = self._build_officer(name, unit, conversation)
        for role in roles:
            officer = officer.granted(RoleGrant(role=self._require_known_role(role), unit=unit, valid_from=uow.today))
        uow.add_event("officer.appointed")
        return uow.save(OFFICER, officer)

    @step(Permission.GRANT)
    def record_grant(
        self,
        uow: UnitOfWork,
        officer_id: str,
        role: str,
        unit: str,
        *,
        valid_from: date | None = None,
        until: date = date.max,
    ) -> Officer:
        """Record a role in force from a day on, today by default, on the authority of the calling use case."""
        uow.permit(unit)
        officer = uow.load(OFFICER, officer_id)
        grant = RoleGrant(
            role=self._require_known_role(role), unit=unit, valid_from=valid_from or uow.today, valid_to=until
        )
        uow.add_event("officer.granted")
        return uow.save(OFFICER, officer.granted(grant))

    @query(Permission.UNIT_READ, public=True)
    def officer(self, session: ReadSession, officer_id: OfficerId) -> Officer:
        """Return an officer."""
        return session.get_permitted(OFFICER, officer_id, "units.officers")

    @query(Permission.UNIT_READ, public=True)
    def officers(
        self, session: ReadSession, unit: UnitId, *, role: RoleId = "", after: Cursor = "", limit: Limit = 50
    ) -> Listing[Officer]:
        """List the officers whose home is a unit or a unit below it, optionally only with a role."""
        session.permit(unit)
        conditions = {"role": self._require_known_role(role)} if role else {}
        return session.list_permitted(OFFICER, "id", unit, where=conditions, after=after, limit=limit)

    @query(Permission.OWN_ACCOUNT, public=True)
    def whoami(self, session: ReadSession) -> CurrentOfficer:
        """Return the current officer and their permissions, so that a client can show only what they may use.

        Each use case checks itself whether a permission covers a unit and record.
        """
        session.permitted_units()
        officer = session.load(OFFICER, session.actor.id)
        grants_in_force = [grant for grant in officer.grants if grant.is_in_force(session.today)]
        roles = self.context.district.roles
        sign_in = session.actor.sign_in
        return CurrentOfficer(
            id=officer.id,
            name=officer.name,
            unit=officer.unit,
            unit_name=self.context.district.units[officer.unit].name,
            roles=tuple(dict.fromkeys(roles[grant.role].name for grant in grants_in_force if grant.role in roles)),
            permissions=tuple(
                permission.value for permission in Permission if self._has_permission_anywhere(session, permission)
            ),
            role_units=tuple(
                sorted({grant.unit for grant in grants_in_force}, key=lambda unit: (self._unit_depth(unit), unit))
            ),
            session=sign_in.session,
            fresh_until=sign_in.fresh_until if sign_in.is_fresh(session.at) else None,
        )

    def _unit_depth(self, unit: str) -> int:
        """Return the number of units from a unit up to the root; the largest number for a removed unit, which sorts
        last.
        """
        district = self.context.district
        return len(tuple(district.ancestors(unit))) if unit in district.units else len(district.units)

    def _has_permission_anywhere(self, session: ReadSession, permission: Permission) -> bool:
        units = session.permits.units(session.actor, permission, session.today)
        return units is None or bool(units)

    @query(Permission.OWN_ACCOUNT, public=True)
    def names(
        self, session: ReadSession, *, unit_ids: Sequence[UnitId] = (), officer_ids: Sequence[OfficerId] = ()
    ) -> DisplayNames:
        """Return the names of up to 200 units and officers, for readers of lists with their ids.

        It reveals nothing else, such as an officer's home unit or permissions.

        Raises:
            Refused: no role of the actor reads any list.
            BadInput: more than 200 ids.
        """
        session.permitted_units()
        self._require_list_reader(session)
        if (count := len({*unit_ids}) + len({*officer_ids})) > _MOST_NAMES:
            raise BadInput(
                "{count} ids are too many for one call: ask for at most {most} at a time.",
                count=count,
                most=_MOST_NAMES,
            )
        units = self.context.district.units
        records = self.context.storage.records
        stored = records.get_many(OFFICER.name, sorted({*officer_ids}))
        return DisplayNames(
            units={id: units[id].name for id in unit_ids if id in units},
            officers={
                officer.id: officer.name
                for officer in self.context.iter_readable(OFFICER, stored.values(), skip_damaged)
            },
        )

    def _require_list_reader(self, session: ReadSession) -> None:
        if not any(self._has_permission_anywhere(session, permission) for permission in _READS_LISTS):
            raise Refused(
                "Officer {officer} has no permission to read lists that name units or officers.",
                officer=session.actor.id,
            )

    def _build_officer(self, name: str, unit: str, conversation: str) -> Officer:
        if not name.strip():
            raise BadInput("An officer needs a name, which is shown under the officer's signature: write it.")
        return Officer(id=self.context.ids.new(), name=nfc(name), unit=unit, conversation=conversation)

    def _add_grant(self, uow: UnitOfWork, officer: Officer, role: str, unit: str, until: date) -> Officer:
        """Return the officer with a further role grant, which is in force or waits for a second person."""
        if uow.actor.id == officer.id:
            raise Refused("Officer {officer} can't grant themselves a role: ask another officer.", officer=uow.actor.id)
        profile_role = self.context.district.roles[self._require_known_role(role)]
        if any(
            (existing.role, existing.unit) == (role, unit) and existing.valid_to >= uow.today
            for existing in officer.grants
        ):
            raise WrongStep(
                "Officer {officer} already has role {role!r} on {unit!r}, or that grant waits for a second "
                "person: confirm it with {act:units.confirm_grant}.",
                officer=officer.id,
                role=role,
                unit=unit,
            )
        grantor = uow.get(OFFICER, uow.actor.id) if uow.actor.kind is ActorKind.PERSON else None
        needs_second_person = grantor is not None and exceeds_grantor(
            self.context.district, grantor, profile_role, unit, uow.today
        )
        proposed_by = uow.actor.id if needs_second_person else ""
        grant = RoleGrant(role=role, unit=unit, valid_from=uow.today, valid_to=until, proposed_by=proposed_by)
        granted = officer.granted(grant)
        self._check_roles_compatible(granted, uow.today)
        if needs_second_person:
            uow.facts["waits_for_second_person"] = True
        return granted

    def _check_roles_compatible(self, officer: Officer, today: date) -> None:
        """Raise `Refused` if the newest grant's role is kept apart from an earlier one; older pairs stay."""
        for earlier, later in find_incompatible_grants(self.context.district, officer, today):
            if officer.grants[-1] in (earlier, later):
                raise Refused(
                    "Officer {officer} can't have both {role!r} and {second_role!r}, which the profile keeps "
                    "apart: end the first role with {act:units.revoke}, or appoint another officer.",
                    officer=officer.id,
                    role=earlier.role,
                    second_role=later.role,
                )

    def _check_program_may_grant(self, uow: UnitOfWork) -> None:
        """Raise `Refused` if the program itself appoints in a store that has enough present or past officers who may
        grant roles.
        """
        if uow.actor.kind is ActorKind.PERSON:
            return
        if count_past_grantors(self.context.district, uow.iter_all(OFFICER, "id"), uow.today) >= _ENOUGH_GRANTORS:
            raise Refused(
                "{actor} can't grant roles in a store that has, or had, {count} officers who may grant on "
                "the whole district: have one of them grant it, or use `anninh officers break-glass` with "
                "the recovery copy.",
                actor=uow.actor.label,
                count=_ENOUGH_GRANTORS,
            )

    def _require_known_role(self, role: str) -> str:
        if role not in self.context.district.roles:
            available = ", ".join(self.context.district.roles)
            raise BadInput(
                "Profile {profile!r} has no role {role!r}: choose one of {allowed}.",
                role=role,
                profile=self.context.district.id,
                allowed=available,
                argument="role",
            )
        return role
