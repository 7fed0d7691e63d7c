"""The end of one role, or of all roles and the account of an officer: open tips go back to their units."""

from datetime import date, timedelta
from functools import partial

from anninh_core.domain.units.model import OFFICER, Officer
from anninh_core.usecase.actor import Actor, system
from anninh_core.usecase.arguments import OfficerId, RoleId, UnitId
from anninh_core.usecase.marks import command, workflow
from anninh_core.usecase.preconditions.request_keys import run_or_resume
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.base import Workflow


class RoleEnding(Workflow):
    """Ends a role of an officer, and gives back the open tips that the officer may no longer handle to their units."""

    action_prefix = "role_ending"

    @workflow(Permission.GRANT, public=True, irreversible=True, step_up=True)
    def revoke(self, actor: Actor, officer_id: OfficerId, role: RoleId, unit: UnitId, *, last_day: date) -> Officer:
        """End an officer's grant after its last day, inclusive; if the last day is yesterday, the grant ends at once.

        The open tips that the officer may then no longer handle go back to their units, to be reassigned: at once, or
        by the worker on the day after the last.

        Raises:
            BadInput: the officer has no open grant of the role on the unit that could end on that day.
            NotFound: there is no such unit.
        """
        revoke = partial(
            self.services.units.revoke, actor.for_step("revoke"), officer_id, role, unit, last_day=last_day
        )
        officer = run_or_resume(actor, revoke, lambda _: self._read_officer(actor, officer_id, unit))
        self.services.tips.exclusions.release_tips(actor.hand_to(system("keeper")), officer_id)
        return officer

    def _read_officer(self, actor: Actor, officer_id: str, unit: str) -> Officer:
        """Return an officer whose grant on `unit` an earlier call has already ended."""

        def read_permitted_officer(session: ReadSession) -> Officer:
            session.permit(unit)
            return session.load(OFFICER, officer_id)

        return self.runner.run_query(actor, "role_ending.revoke", Permission.GRANT, False, read_permitted_officer)


class Deactivation(Workflow):
    """Deactivates officers: ends their roles and accounts, and gives back their open tips to their units."""

    action_prefix = "deactivation"

    @workflow(Permission.GRANT, public=True, irreversible=True, step_up=True)
    def deactivate(self, actor: Actor, officer_id: OfficerId) -> Officer:
        """End all roles of an officer at once, with all sessions and API tokens, in one commit; open tips go back.

        Raises:
            Refused: a role is on a unit where the actor grants none; nothing was ended.
        """
        officer = self.end_roles(actor, officer_id)
        self.services.tips.exclusions.release_tips(system("keeper"), officer_id)
        return officer

    @command(Permission.GRANT)
    def end_roles(self, uow: UnitOfWork, officer_id: str) -> Officer:
        """End all roles and the account of an officer, as the first half of `deactivate`."""
        officer = uow.get_permitted(OFFICER, officer_id, "units.officers")
        yesterday = uow.today - timedelta(days=1)
        for grant in officer.grants:
            if grant.valid_to > yesterday:
                revoke = self.services.units.revoke
                officer = uow.include(revoke, officer_id, grant.role, grant.unit, last_day=yesterday)
        uow.include(self.services.accounts.administration.close, officer_id)
        uow.facts["officer"] = officer_id
        uow.add_event("officer.deactivated")
        return officer
