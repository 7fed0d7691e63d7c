"""Decisions about messages held by the leak check: they are released or stopped, and the urgent notices end."""

from anninh_core.domain.leaks.model import LeakFinding
from anninh_core.domain.leaks.states import LeakState
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.actor import system
from anninh_core.usecase.arguments import FindingId, Reason
from anninh_core.usecase.marks import command
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.base import Workflow


class LeakDecision(Workflow):
    """Releases or stops messages that the leak check holds, and ends the urgent notices about them."""

    action_prefix = "leaks"

    @command(Permission.DELIVERY_DECIDE, public=True, daily=True)
    def release(self, uow: UnitOfWork, finding_id: FindingId, *, reason: Reason) -> LeakFinding:
        """Release a held text unchanged: the actor is responsible for it.

        Args:
            finding_id: id of the finding, as `findings` lists it.
            reason: why it may be sent, in words.

        Raises:
            BadInput: no reason.
            WrongStep: it was decided before.
            NotVisible: there is no such finding, or it isn't of the actor's units.
        """
        finding = self._decide(uow, finding_id, LeakState.RELEASED, reason)
        about = Ref.parse(finding.about)
        if about.kind == "item" and self.services.leaks.check.is_clear(finding.about, but=finding.id):
            self.services.content.publishing.show(uow, about.id)
        return finding

    @command(Permission.DELIVERY_DECIDE, public=True, daily=True)
    def stop(self, uow: UnitOfWork, finding_id: FindingId, *, reason: Reason) -> LeakFinding:
        """Decide that a held text isn't sent; arguments and errors as for `release`.

        Parts of it sent before, such as an earlier message to other groups, aren't taken back.

        Raises:
            WrongStep: it was decided before, or nothing waits.
            BadInput: no reason.
        """
        return self._decide(uow, finding_id, LeakState.STOPPED, reason)

    def _decide(self, uow: UnitOfWork, finding_id: str, state: LeakState, reason: str) -> LeakFinding:
        finding = self.services.leaks.decide(uow, finding_id, state, reason)
        uow.permit(finding.unit)
        by = uow.actor.label
        with uow.acting_as(system("delivery")):
            self.services.duty.alarms.follow_case(
                uow,
                str(Ref("leak_finding", finding.id)),
                unit=finding.unit,
                excluded=(),
                by=by,
                is_over=True,
                is_taken_up=False,
            )
        return finding
