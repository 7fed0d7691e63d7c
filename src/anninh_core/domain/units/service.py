"""Officers: appointing them, granting and ending roles, each grant by as many people as it takes."""

from collections.abc import Sequence
from datetime import date, timedelta

from attrs import evolve

from anninh_core.domain.units.model import OFFICER, Officer, RoleGrant
from anninh_core.domain.units.rules import goes_beyond, had_grantors, incompatible_grants
from anninh_core.domain.units.views import CurrentOfficer, DisplayNames
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.kernel.text import nfc
from anninh_core.usecase.actor import ActorKind
from anninh_core.usecase.arguments import Cursor, Id, Limit, OfficerId, OneLine, RoleId, UnitId
from anninh_core.usecase.encryption.encryptor import leave_out
from anninh_core.usecase.marks import Service, command, query, step
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_SEE = "units.officers"
_ENOUGH_GRANTORS = 2
"""As soon as so many officers may grant on the whole district, or might once, the program itself grants nothing."""


_MOST_NAMES = 200
_READS_LISTS = (
    *(permission for permission in Permission if permission.value.endswith(".read")),
    *(Permission.IDENTITY_APPROVE, Permission.RIGHTS_CHECK, Permission.RIGHTS_HANDLE),
)
"""What lets somebody read a list in which ids of units or officers stand."""


class Units(Service):
    """Officers and their role grants.

    A role that gives more than whoever grants it may do takes a second person: it is proposed by one and confirmed by
    another, and gives nothing in between. Nobody grants anything to themselves, and nobody has two roles that the
    profile keeps apart.
    """

    action_prefix = "units"

    @command(Permission.GRANT, public=True, step_up=True)
    def appoint(
        self, uow: UnitOfWork, name: OneLine, unit: UnitId, *, roles: Sequence[RoleId], conversation: Id = ""
    ) -> Officer:
        """Register an officer of a unit with roles on that unit from today; see `grant` for which of them hold at once.

        Raises:
            Refused: two of the roles are kept apart; or the program itself appoints in a store that has two officers
                who may.
        """
        uow.permit(unit)
        self._check_bootstrapping(uow)
        officer = self._new_officer(name, unit, conversation)
        for role in roles:
            officer = self._granted(uow, officer, role, unit, date.max)
        uow.add_event("officer.appointed")
        return uow.save(OFFICER, officer)

    @command(Permission.GRANT, public=True, daily=True, step_up=True)
    def grant(
        self, uow: UnitOfWork, officer_id: OfficerId, role: RoleId, unit: UnitId, *, until: date = date.max
    ) -> Officer:
        """Give an officer a role on a unit from today, up to an inclusive day.

        It holds at once where whoever grants it may do all that it gives; else it waits for `confirm_grant`.

        Raises:
            WrongStep: the officer has it already, or it waits.
            Refused: to oneself, or beside a role that it is kept apart from; or the program itself grants in a store
                that has two officers who may.
        """
        uow.permit(unit)
        self._check_bootstrapping(uow)
        granted = self._granted(uow, uow.get_permitted(OFFICER, officer_id, _SEE), role, unit, until)
        uow.add_event("officer.granted" if not granted.grants[-1].is_proposed else "officer.grant_proposed")
        return uow.save(OFFICER, granted)

    @command(Permission.GRANT, public=True, step_up=True)
    def confirm_grant(self, uow: UnitOfWork, officer_id: OfficerId, role: RoleId, unit: UnitId) -> Officer:
        """Put a proposed grant in force from today, as the second person that it takes.

        Raises:
            Refused: by whoever proposed it, or whose grant it is; or beside a role that it is kept apart from.
            WrongStep: no such grant waits.
        """
        uow.permit(unit)
        officer = uow.get_permitted(OFFICER, officer_id, _SEE)
        proposed = (one for one in officer.grants if (one.role, one.unit) == (role, unit) and one.is_proposed)
        if uow.actor.id in (officer.id, *(grant.proposed_by for grant in proposed)):
            raise Refused(
                "Officer {officer} proposed this grant or would receive it: a second person must confirm it.",
                officer=uow.actor.id,
            )
        confirmed = officer.confirmed(role, unit, uow.actor.id, uow.today)
        self._check_separation(confirmed, uow.today)
        uow.facts["role"] = role
        uow.add_event("officer.granted")
        return uow.save(OFFICER, confirmed)

    @command(Permission.GRANT)
    def revoke(self, uow: UnitOfWork, officer_id: str, role: RoleId, unit: str, *, last_day: date) -> Officer:
        """End a grant after an inclusive last day; one of yesterday ends it at once."""
        uow.permit(unit)
        officer = uow.get_visible(OFFICER, officer_id, _SEE)
        if not any(grant.unit == unit for grant in officer.grants):
            raise uow.withhold(OFFICER.name, officer_id, f"{officer_id} has no role on {unit}", _SEE, unit=unit)
        uow.facts["role"] = role
        uow.add_event("officer.revoked")
        return uow.save(OFFICER, officer.revoked(role, unit, last_day))

    @command(Permission.BREAK_GLASS)
    def break_glass(self, uow: UnitOfWork, name: str, role: RoleId, *, delay: timedelta) -> Officer:
        """Appoint somebody on the whole district although nobody may: in effect after a delay, told to all officers.

        Args:
            name: who it is.
            role: what they are to have.
            delay: until it is in effect; whoever may grant ends it before.
        """
        uow.permit(self.context.district.root)
        officer = self._new_officer(name, self.context.district.root, "")
        begins = local_date(uow.at + delay)
        grant = RoleGrant(role=self._require_role(role), unit=officer.unit, valid_from=begins)
        uow.facts |= {"role": role, "from": begins.isoformat()}
        uow.add_event("officer.break_glass")
        return uow.save(OFFICER, officer.granted(grant))

    @command(Permission.OPERATE)
    def separate_roles(self, uow: UnitOfWork) -> int:
        """End grants that were given beside roles they are kept apart from, once the profile's day for it has come.

        Of two such roles the one that was given later ends, yesterday; returns how many did. Until then they stay, and
        `anninh doctor` shows them.
        """
        uow.permit(self.context.district.root)
        if uow.today < self.context.district.separate_roles_by:
            return 0
        ended = 0
        for officer in tuple(uow.iter_all(OFFICER, "id")):
            later = {id(second): second for _, second in incompatible_grants(self.context.district, officer, uow.today)}
            if later:
                last_day = uow.today - timedelta(days=1)
                grants = tuple(evolve(one, valid_to=last_day) if id(one) in later else one for one in officer.grants)
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
        """Write down an officer with roles that hold at once, whoever gives them: for tests and the demo."""
        uow.permit(unit)
        officer = self._new_officer(name, unit, conversation)
        for role in roles:
            officer = officer.granted(RoleGrant(role=self._require_role(role), unit=unit, valid_from=uow.today))
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
        """Write down a role that holds from a day on, today if none is named, by the larger act's own authority."""
        uow.permit(unit)
        officer = uow.load(OFFICER, officer_id)
        grant = RoleGrant(role=self._require_role(role), unit=unit, valid_from=valid_from or uow.today, valid_to=until)
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
        """List the officers at home in a unit or below, optionally with a role."""
        session.permit(unit)
        where = {"role": self._require_role(role)} if role else {}
        return session.list_permitted(OFFICER, "id", unit, where=where, after=after, limit=limit)

    @query(Permission.OWN_ACCOUNT, public=True)
    def whoami(self, session: ReadSession) -> CurrentOfficer:
        """Return who asks and what they may at all, for whoever shows them only what is theirs.

        On which unit, and on which record, each use case decides itself.
        """
        session.permitted_units()
        officer = session.load(OFFICER, session.actor.id)
        held = [one for one in officer.grants if one.is_in_force(session.today)]
        roles = self.context.district.roles
        sign_in = session.actor.sign_in
        return CurrentOfficer(
            id=officer.id,
            name=officer.name,
            unit=officer.unit,
            unit_name=self.context.district.units[officer.unit].name,
            roles=tuple(dict.fromkeys(roles[one.role].name for one in held if one.role in roles)),
            permissions=tuple(one.value for one in Permission if self._may_somewhere(session, one)),
            role_units=tuple(sorted({one.unit for one in held}, key=lambda unit: (self._depth(unit), unit))),
            session=sign_in.session,
            fresh_until=sign_in.fresh_until if sign_in.is_fresh(session.at) else None,
        )

    def _depth(self, unit: str) -> int:
        """Return how many units lie above one; none of one that isn't there any more, which comes last."""
        district = self.context.district
        return len(tuple(district.ancestors(unit))) if unit in district.units else len(district.units)

    def _may_somewhere(self, session: ReadSession, permission: Permission) -> bool:
        units = session.permits.units(session.actor, permission, session.today)
        return units is None or bool(units)

    @query(Permission.OWN_ACCOUNT, public=True)
    def names(
        self, session: ReadSession, *, unit_ids: Sequence[UnitId] = (), officer_ids: Sequence[OfficerId] = ()
    ) -> DisplayNames:
        """Return what up to 200 units and officers are called, for whoever reads a list in which their ids stand.

        Nothing else is told of them: neither where an officer belongs nor what anybody may do.

        Raises:
            Refused: no role of the actor reads any list.
            BadInput: more than 200 ids.
        """
        session.permitted_units()
        self._check_reads_lists(session)
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
            officers={one.id: one.name for one in self.context.iter_readable(OFFICER, stored.values(), leave_out)},
        )

    def _check_reads_lists(self, session: ReadSession) -> None:
        if not any(self._may_somewhere(session, permission) for permission in _READS_LISTS):
            raise Refused(
                "Officer {officer} has no permission to read lists that name units or officers.",
                officer=session.actor.id,
            )

    def _new_officer(self, name: str, unit: str, conversation: str) -> Officer:
        if not name.strip():
            raise BadInput("An officer needs a name, which is shown under the officer's signature: write it.")
        return Officer(id=self.context.ids.new(), name=nfc(name), unit=unit, conversation=conversation)

    def _granted(self, uow: UnitOfWork, officer: Officer, role: str, unit: str, until: date) -> Officer:
        """Return an officer with a role more, in force or proposed."""
        if uow.actor.id == officer.id:
            raise Refused("Officer {officer} can't grant themselves a role: ask another officer.", officer=uow.actor.id)
        profile_role = self.context.district.roles[self._require_role(role)]
        if any((one.role, one.unit) == (role, unit) and one.valid_to >= uow.today for one in officer.grants):
            raise WrongStep(
                "Officer {officer} already has role {role!r} on {unit!r}, or that grant waits for a second "
                "person: confirm it with {act:units.confirm_grant}.",
                officer=officer.id,
                role=role,
                unit=unit,
            )
        grantor = uow.get(OFFICER, uow.actor.id) if uow.actor.kind is ActorKind.PERSON else None
        beyond = grantor is not None and goes_beyond(self.context.district, grantor, profile_role, unit, uow.today)
        proposed_by = uow.actor.id if beyond else ""
        grant = RoleGrant(role=role, unit=unit, valid_from=uow.today, valid_to=until, proposed_by=proposed_by)
        granted = officer.granted(grant)
        self._check_separation(granted, uow.today)
        if beyond:
            uow.facts["waits_for_second_person"] = True
        return granted

    def _check_separation(self, officer: Officer, today: date) -> None:
        """Check that the newest grant stands beside none that it is kept apart from; older pairs stay as they are."""
        for earlier, later in incompatible_grants(self.context.district, officer, today):
            if officer.grants[-1] in (earlier, later):
                raise Refused(
                    "Officer {officer} can't have both {role!r} and {second_role!r}, which the profile keeps "
                    "apart: end the first role with {act:units.revoke}, or appoint another officer.",
                    officer=officer.id,
                    role=earlier.role,
                    second_role=later.role,
                )

    def _check_bootstrapping(self, uow: UnitOfWork) -> None:
        """Check that the program itself appoints nobody in a store that has enough people who may."""
        if uow.actor.kind is ActorKind.PERSON:
            return
        if had_grantors(self.context.district, uow.iter_all(OFFICER, "id"), uow.today) >= _ENOUGH_GRANTORS:
            raise Refused(
                "{actor} can't grant roles in a store that has, or had, {count} officers who may grant on "
                "the whole district: have one of them grant it, or use `anninh officers break-glass` with "
                "the recovery copy.",
                actor=uow.actor.label,
                count=_ENOUGH_GRANTORS,
            )

    def _require_role(self, role: str) -> str:
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
