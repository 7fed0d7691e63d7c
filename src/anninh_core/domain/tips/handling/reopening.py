"""Use cases of reopening a case: another person than the officer who settled the case judges the request."""

from anninh_core.domain.tips.handling.base import TipWork, get_tip_for_step
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.replies import notify_reporter
from anninh_core.domain.tips.states import TipState
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import Reason, TipId
from anninh_core.usecase.marks import command
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class TipReopening(TipWork):
    """Use cases of reopening. The officer who settled a tip last, as recorded, can neither judge a request nor reopen
    the tip.
    """

    @command(Permission.TIP_HANDLE, public=True)
    def request_reopening(
        self, uow: UnitOfWork, tip_id: TipId, reason: Reason, *, seen_version: int | None = None
    ) -> Tip:
        """Request that a tip be reopened, for a reporter who objects by phone or at the door, or for new facts.

        Raises:
            WrongStep: its state doesn't allow it.
            BadInput: no reason.
            Conflict: it was changed since you saw it.
        """
        if not reason.strip():
            raise BadInput("A request to reopen a tip needs a reason: write what the reporter objects to.")
        tip = get_tip_for_step(uow, "reopenings.request", tip_id, seen_version)
        uow.decide(f"tip:{tip.id}", rule="reopening", reason="requested", text=nfc(reason))
        uow.add_event("tip.reopen_requested")
        return uow.save(TIP, tip.moved(TipState.REOPEN_REQUESTED))

    @command(Permission.TIP_SUPERVISE, public=True, daily=True)
    def judge_reopening(
        self, uow: UnitOfWork, tip_id: TipId, *, accept: bool, reason: Reason, seen_version: int | None = None
    ) -> Tip:
        """Reopen a tip as requested, or leave it closed; the reporter is informed of the decision in neutral words.

        Args:
            accept: whether it is reopened.
            reason: why, for the record; not sent to the reporter.
            seen_version: the tip's `version` that you saw; None: its current version.

        Raises:
            Refused: the actor settled it: another person judges.
            WrongStep: there is no request to reopen it.
        """
        if not reason.strip():
            raise BadInput("The decision about reopening needs a reason: write it for the record.")
        tip = get_tip_for_step(uow, "reopenings.judge", tip_id, seen_version)
        uow.decide(f"tip:{tip.id}", rule="reopening", reason="accepted" if accept else "refused", text=nfc(reason))
        uow.add_event("tip.reopened" if accept else "tip.reopening_refused")
        if not accept:
            notify_reporter(uow, tip, "tip.reopening_refused")
            return uow.save(TIP, tip.moved(TipState.CLOSED))
        notify_reporter(uow, tip, "tip.reopening_accepted")
        return self._save_tip(uow, tip.reopened(uow.today))

    @command(Permission.TIP_SUPERVISE, public=True)
    def reopen(self, uow: UnitOfWork, tip_id: TipId, reason: Reason, *, seen_version: int | None = None) -> Tip:
        """Reopen a settled tip without a request.

        Raises:
            Refused: the actor settled it: another person decides.
        """
        tip = get_tip_for_step(uow, "reopen", tip_id, seen_version)
        uow.decide(f"tip:{tip.id}", rule="reopen", reason="reopened", text=nfc(reason))
        uow.add_event("tip.reopened")
        return self._save_tip(uow, tip.reopened(uow.today))
