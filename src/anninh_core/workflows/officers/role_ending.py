"""The end of a role: what whoever had it was working on goes back to its unit."""

from datetime import date
from functools import partial

from anninh_core.domain.units.model import OFFICER, Officer
from anninh_core.usecase.actor import Actor, system
from anninh_core.usecase.arguments import Id
from anninh_core.usecase.marks import workflow
from anninh_core.usecase.preconditions.request_keys import resume
from anninh_core.usecase.read_session import ReadSession
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
        revoke = partial(
            self.services.units.revoke, actor.for_step("revoke"), officer_id, role, unit, last_day=last_day
        )
        officer = resume(actor, revoke, lambda _: self._read(actor, officer_id, unit))
        self.services.tips.exclusions.release_tips(actor.hand_to(system("keeper")), officer_id)
        return officer

    def _read(self, actor: Actor, officer_id: str, unit: str) -> Officer:
        """Return an officer whose grant on a unit was ended before."""

        def read(session: ReadSession) -> Officer:
            session.permit(unit)
            return session.load(OFFICER, officer_id)

        return self.runner.run_query(actor, "role_ending.revoke", Permission.GRANT, False, read)
