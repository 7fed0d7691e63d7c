from collections.abc import Sequence

from attrs import evolve

from anninh_core.domain.tips.handling.base import TipWork, get_tip_for_step
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.replies import notify_reporter
from anninh_core.domain.tips.states import TipState
from anninh_core.domain.tips.values import ReporterNote
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import (
    IncomingCategory,
    LegalKind,
    OfficerId,
    OneLine,
    TipId,
    UnitId,
    Urgency,
    Words,
)
from anninh_core.usecase.marks import command
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class TipHandling(TipWork):
    """Use cases of the triage, assignment and verification of tips."""

    @command(Permission.TIP_HANDLE, public=True, daily=True)
    def triage(
        self,
        uow: UnitOfWork,
        tip_id: TipId,
        *,
        category: IncomingCategory,
        unit: UnitId = "",
        urgency: Urgency = "",
        legal_kind: LegalKind = "",
        place: OneLine = "",
        seen_version: int | None = None,
    ) -> Tip:
        """Set a tip's category, unit, urgency, legal kind and place; the clocks run from its reception.

        Urgency and legal kind default to those of the category. Another unit moves the tip there.

        Raises:
            WrongStep: a transfer waits, or its state doesn't allow it.
            BadInput: no such category.
            Conflict: it was changed since you saw it.
            NotFound: there is no such unit.
        """
        tip = get_tip_for_step(uow, "triage", tip_id, seen_version)
        incoming = self.context.district.incoming
        incoming_category = incoming.get(category)
        if incoming_category is None:
            raise BadInput(
                "There is no category of tips {category!r}: choose one of {categories}.",
                category=category,
                categories=tuple(incoming),
                argument="category",
            )
        triaged = tip.triaged(
            unit=self.context.district.unit(unit or tip.unit).id,
            category=category,
            urgency=urgency or incoming_category.urgency,
            legal_kind=legal_kind or incoming_category.legal_kind,
            place=nfc(place),
        ).confirmed_as(category, uow.today)
        uow.add_event("tip.triaged")
        return self._save_tip(uow, triaged)

    @command(Permission.TIP_HANDLE, public=True, daily=True)
    def assign(
        self,
        uow: UnitOfWork,
        tip_id: TipId,
        *,
        unit: UnitId,
        officers: Sequence[OfficerId] = (),
        seen_version: int | None = None,
    ) -> Tip:
        """Assign a tip to a unit and to officers, who get a notice without personal content.

        An officer who assigns an emergency to themselves claims it.

        Raises:
            BadInput: an id isn't an officer's, or the officer may not handle tips of either unit, or is excluded from
                this tip, alone or with the unit.
            Stale: it was changed since `seen_version`.
        """
        tip = get_tip_for_step(uow, "assign", tip_id, seen_version)
        assigned = tip.assigned(self._require_unit(tip, unit), tuple(dict.fromkeys(officers)))
        assigned = assigned.with_claim_renewed(uow.actor.id, uow.at, self.context.district.duty.claim)
        self._check_handlers(uow, assigned, assigned.handlers, TIP.all_units(assigned))
        if transfer := assigned.waiting_transfer:
            ended = evolve(transfer, returned_on=uow.today, return_reason=f"assigned anew by {uow.actor.label}")
            assigned = assigned.with_last_transfer(ended)
        uow.add_event("tip.assigned")
        return self._save_tip(uow, evolve(assigned.with_timestamp("assigned", uow.at), assigned_by=uow.actor.id))

    @command(Permission.TIP_HANDLE, public=True, daily=True)
    def verify(self, uow: UnitOfWork, tip_id: TipId, *, seen_version: int | None = None) -> Tip:
        """Begin to check a tip on the spot.

        Raises:
            WrongStep: a transfer waits, or its state doesn't allow it.
            Conflict: it was changed since you saw it.
        """
        tip = get_tip_for_step(uow, "verify", tip_id, seen_version)
        uow.add_event("tip.verifying")
        return self._save_tip(uow, tip.moved(TipState.VERIFYING))

    @command(Permission.TIP_HANDLE, public=True, daily=True, sends=True)
    def ask_back(self, uow: UnitOfWork, tip_id: TipId, question: Words, *, seen_version: int | None = None) -> Tip:
        """Ask the reporter a question about a tip.

        Raises:
            BadInput: the question is empty, or its reporter has no chat, so that no answer could come.
        """
        tip = get_tip_for_step(uow, "ask_back", tip_id, seen_version)
        asking = tip.asking(nfc(question))
        notify_reporter(uow, asking, "tip.ask_back", question=asking.question)
        uow.add_event("tip.asked_back")
        return self._save_tip(uow, asking)

    @command(Permission.TIP_HANDLE, public=True)
    def record_reply_by_hand(
        self, uow: UnitOfWork, tip_id: TipId, words: Words, *, how: Words, seen_version: int | None = None
    ) -> Tip:
        """Record what a reporter replied to an officer outside the chat; a tip that waits for the reporter continues.

        Args:
            words: the reply, in the officer's words.
            how: channel of the reply: by phone, at the door …
            seen_version: the tip's `version` that you saw; None: its current version.

        Raises:
            BadInput: the reply or its channel is empty.
            Conflict: it was changed since you saw it.
        """
        if not words.strip() or not how.strip():
            raise BadInput(
                "The reporter's reply, or how it came, is missing: write both, such as that it came by phone "
                "or in person."
            )
        tip = get_tip_for_step(uow, "record_reply_by_hand", tip_id, seen_version)
        note = ReporterNote(by=uow.actor.id, at=uow.at, how=nfc(how), words=nfc(words))
        uow.add_event("tip.reply_recorded")
        return self._save_tip(uow, evolve(tip.reporter_replied(), notes=(*tip.notes, note)))
