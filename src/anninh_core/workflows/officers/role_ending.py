"""The end of a role: what whoever had it was working on goes back to its unit."""

from datetime import date

from anninh_core.domain.units.model import Officer
from anninh_core.usecase.actor import Actor, system
from anninh_core.usecase.arguments import Id
from anninh_core.usecase.marks import workflow
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.base import Workflow


class RoleEnding(Workflow):
    """Joins officers and tips."""

    action_prefix = "role_ending"

    @workflow(Permission.GRANT, public=True, step_up=True)
    def revoke(self, actor: Actor, officer_id: Id, role: str, unit: Id, *, last_day: date) -> Officer:
        """End a grant after an inclusive last day; one of yesterday ends it at once.

        The open tips that the officer may then no longer handle go back to their units, to be assigned anew: at once,
        or by the worker on the day after the last.
        """
        officer = self.services.units.revoke(actor, officer_id, role, unit, last_day=last_day)
        self.services.tips.handling.release_tips(system("keeper"), officer_id)
        return officer
