"""An officer is put out of service: every role ends today, and nobody signs in as them any more."""

from datetime import timedelta

from anninh_core.domain.units.model import OFFICER, Officer
from anninh_core.usecase.actor import Actor, system
from anninh_core.usecase.arguments import Id
from anninh_core.usecase.marks import command, workflow
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.base import Workflow


class Deactivation(Workflow):
    """Joins officers, their accounts and tips."""

    action_prefix = "deactivation"

    @workflow(Permission.GRANT, public=True, step_up=True)
    def deactivate(self, actor: Actor, officer_id: Id) -> Officer:
        """End all roles of an officer at once, with all sessions and API tokens, in one commit; open tips go back.

        Raises:
            Refused: a role is on a unit where the actor grants none; nothing was ended.
        """
        officer = self.end_roles(actor, officer_id)
        self.services.tips.exclusions.release_tips(system("keeper"), officer_id)
        return officer

    @command(Permission.GRANT)
    def end_roles(self, uow: UnitOfWork, officer_id: str) -> Officer:
        """End all roles and the account of an officer: the first half, see `deactivate`."""
        officer = uow.get_permitted(OFFICER, officer_id, "`units.officers` lists those of your units")
        yesterday = uow.today - timedelta(days=1)
        for grant in officer.grants:
            if grant.valid_to > yesterday:
                revoke = self.services.units.revoke
                officer = uow.include(revoke, officer_id, grant.role, grant.unit, last_day=yesterday)
        uow.include(self.services.accounts.administration.close, officer_id)
        uow.facts["officer"] = officer_id
        uow.add_event("officer.deactivated")
        return officer
