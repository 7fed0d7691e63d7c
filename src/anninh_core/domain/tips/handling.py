"""What officers do with tips, from triage to the closed case."""

from collections.abc import Sequence

from attrs import evolve

from anninh_core.domain.tips.clocks.recomputation import recompute_deadlines
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip
from anninh_core.domain.tips.model import SETTLED_STATES, Tip, TipState
from anninh_core.domain.tips.replies import notify_reporter
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.kernel.text import nfc
from anninh_core.ports.changes import Scalar
from anninh_core.usecase.actor import person
from anninh_core.usecase.marks import Service, command
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_SETTLE_OUTCOMES = frozenset({TipState.RESOLVED, TipState.UNFOUNDED, TipState.REFUSED})


class TipHandling(Service):
    """The officer's use cases."""

    action_prefix = "tips"

    @command(Permission.TIP_HANDLE)
    def triage(
        self,
        uow: UnitOfWork,
        tip_id: str,
        *,
        category: str,
        unit: str = "",
        urgency: str = "",
        legal_kind: str = "",
        place: str = "",
    ) -> Tip:
        """Set what a tip is: category, unit, urgency, legal kind and place; the clocks run from its reception.

        What isn't given keeps what the category starts with. Another unit moves the tip there.
        """
        tip = get_permitted_tip(uow, tip_id)
        incoming = self.context.district.incoming
        incoming_category = incoming.get(category)
        if incoming_category is None:
            raise BadInput(f"there is no incoming category {category!r}; the profile has {', '.join(incoming)}")
        triaged = tip.triaged(
            unit=self.context.district.unit(unit or tip.unit).id,
            category=category,
            urgency=urgency or incoming_category.urgency,
            legal_kind=legal_kind or incoming_category.legal_kind,
            place=nfc(place),
        )
        uow.add_event("tip.triaged")
        return uow.save(TIP, recompute_deadlines(self.context.district, triaged, uow.at))

    @command(Permission.TIP_HANDLE)
    def assign(self, uow: UnitOfWork, tip_id: str, *, unit: str, officers: Sequence[str] = ()) -> Tip:
        """Assign a tip to a unit and to officers, who get a notice without personal content.

        Raises:
            BadInput: somebody named is no officer, may not handle tips of either unit, or is excluded from this one.
        """
        tip = get_permitted_tip(uow, tip_id)
        assigned = tip.assigned(self.context.district.unit(unit).id, tuple(dict.fromkeys(officers)))
        for officer in assigned.handlers:
            self._check_handler(uow, assigned, officer)
        uow.add_event("tip.assigned")
        timed = assigned.with_timestamp("assigned", uow.at)
        return uow.save(TIP, recompute_deadlines(self.context.district, timed, uow.at))

    @command(Permission.TIP_HANDLE)
    def verify(self, uow: UnitOfWork, tip_id: str) -> Tip:
        """Begin to check a tip on the spot."""
        uow.add_event("tip.verifying")
        moved = get_permitted_tip(uow, tip_id).moved(TipState.VERIFYING)
        return uow.save(TIP, recompute_deadlines(self.context.district, moved, uow.at))

    @command(Permission.TIP_HANDLE)
    def ask_back(self, uow: UnitOfWork, tip_id: str, question: str) -> Tip:
        """Ask the reporter for more."""
        tip = get_permitted_tip(uow, tip_id).asking(nfc(question))
        notify_reporter(uow, tip, "tip.ask_back", question=tip.question)
        uow.add_event("tip.asked_back")
        return uow.save(TIP, recompute_deadlines(self.context.district, tip, uow.at))

    @command(Permission.TIP_HANDLE)
    def settle(
        self, uow: UnitOfWork, tip_id: str, outcome: TipState, *, answer: str, reason: str, valuable: bool = False
    ) -> Tip:
        """End the work on a tip as resolved, unfounded or refused, with words for the reporter."""
        if outcome not in _SETTLE_OUTCOMES:
            raise BadInput(f"{outcome} has a use case of its own; settle takes {', '.join(sorted(_SETTLE_OUTCOMES))}")
        return self._settle(uow, tip_id, outcome, answer, reason, valuable=valuable)

    @command(Permission.TIP_HANDLE)
    def transfer(self, uow: UnitOfWork, tip_id: str, *, to: str, answer: str, reason: str) -> Tip:
        """Hand a tip over to an outside body, named in words."""
        return self._settle(uow, tip_id, TipState.TRANSFERRED, answer, reason, to=nfc(to))

    @command(Permission.TIP_HANDLE)
    def merge(self, uow: UnitOfWork, tip_id: str, *, into: str, answer: str) -> Tip:
        """Mark a tip as a duplicate of another. Its reporter still gets an answer of their own."""
        other = get_permitted_tip(uow, into)
        uow.guard_version(TIP, other)
        if other.id == tip_id or other.merged_into:
            raise WrongStep(f"tip {other.receipt} can't take another one in: it is the same or merged itself")
        return self._settle(uow, tip_id, TipState.DUPLICATE, answer, "same_incident", into=into)

    @command(Permission.TIP_HANDLE)
    def answer(self, uow: UnitOfWork, tip_id: str) -> Tip:
        """Send the reporter the words of the settlement, once. The tip is `answered` when they have arrived.

        Raises:
            WrongStep: it isn't settled, or its answer is on its way.
            BadInput: its reporter has no chat.
        """
        tip = get_permitted_tip(uow, tip_id)
        if tip.state not in SETTLED_STATES or tip.state is TipState.WITHDRAWN:
            raise WrongStep(f"tip {tip.receipt} is {tip.state}: settle it before you answer")
        if not tip.conversation:
            raise BadInput(f"tip {tip.receipt}: its reporter has no chat; tell them and note it by `answered_by_hand`")
        if "answer_sent" in tip.moments:
            raise WrongStep(f"tip {tip.receipt}: its answer is on its way; if it fails, `anninh failures` shows it")
        notify_reporter(uow, tip, "tip.answer", text=tip.answer)
        uow.add_event("tip.answer_sent")
        return uow.save(TIP, tip.with_timestamp("answer_sent", uow.at))

    @command(Permission.TIP_HANDLE)
    def answered_by_hand(self, uow: UnitOfWork, tip_id: str, proof: str) -> Tip:
        """Note that a person told the reporter, and how."""
        if not proof.strip():
            raise BadInput("say how the reporter was told: by phone, at the door …")
        tip = get_permitted_tip(uow, tip_id)
        uow.add_event("tip.answered")
        told = tip.answered(nfc(proof), uow.today).with_timestamp("answered", uow.at)
        return uow.save(TIP, recompute_deadlines(self.context.district, told, uow.at))

    @command(Permission.TIP_HANDLE)
    def close(self, uow: UnitOfWork, tip_id: str) -> Tip:
        """Close an answered tip."""
        uow.add_event("tip.closed")
        return uow.save(TIP, get_permitted_tip(uow, tip_id).moved(TipState.CLOSED))

    @command(Permission.TIP_SUPERVISE)
    def reopen(self, uow: UnitOfWork, tip_id: str, reason: str) -> Tip:
        """Open a settled tip again."""
        tip = get_permitted_tip(uow, tip_id)
        uow.decide(f"tip:{tip.id}", rule="reopen", reason="reopened", text=nfc(reason))
        uow.add_event("tip.reopened")
        return uow.save(TIP, recompute_deadlines(self.context.district, tip.reopened(uow.today), uow.at))

    @command(Permission.TIP_SUPERVISE)
    def exclude(self, uow: UnitOfWork, tip_id: str, officer_id: str, reason: str) -> Tip:
        """Keep an officer away from a tip: a conflict of interest.

        Raises:
            BadInput: nobody is barred by it: it names no officer.
        """
        tip = get_permitted_tip(uow, tip_id)
        if not uow.permits.is_officer(officer_id):
            raise BadInput(f"{officer_id!r} is no officer; exclude people one by one, by the ids that the units list")
        uow.decide(f"tip:{tip.id}", rule="conflict_of_interest", reason="excluded", text=nfc(reason))
        handlers = tuple(officer for officer in tip.handlers if officer != officer_id)
        uow.add_event("tip.excluded")
        excluded = (*tip.excluded, officer_id) if officer_id not in tip.excluded else tip.excluded
        return uow.save(TIP, evolve(tip, handlers=handlers, excluded=excluded))

    @command(Permission.OPERATE)
    def release_tips(self, uow: UnitOfWork, officer_id: str) -> tuple[Tip, ...]:
        """Give the open tips that an officer may no longer handle back to their units, who assign them anew."""
        uow.permit(self.context.district.root)
        where: dict[str, Scalar | tuple[Scalar, ...]] = {"handler": officer_id, "type": ("open", "waiting")}
        released = [
            uow.save(TIP, evolve(tip, handlers=tuple(one for one in tip.handlers if one != officer_id)))
            for tip in uow.iter_all(TIP, "newest", where=where)
            if officer_id in tip.handlers and not self._may_handle(uow, tip, officer_id)
        ]
        if released:
            uow.facts["tips"] = len(released)
            uow.add_event("tip.handler_left")
        return tuple(released)

    @staticmethod
    def _may_handle(uow: UnitOfWork, tip: Tip, officer_id: str) -> bool:
        officer, units = person(officer_id), TIP.all_units(tip)
        return any(uow.permits.may(officer, Permission.TIP_HANDLE, unit, uow.today).allowed for unit in units)

    def _check_handler(self, uow: UnitOfWork, tip: Tip, officer_id: str) -> None:
        if not uow.permits.is_officer(officer_id):
            raise BadInput(f"{officer_id!r} is no officer; the units list them with their ids")
        if not self._may_handle(uow, tip, officer_id):
            raise BadInput(
                f"officer {officer_id} handles no tips of {tip.handling_unit!r}; grant the role first, or assign the "
                "tip to the unit alone"
            )

    def _settle(
        self,
        uow: UnitOfWork,
        tip_id: str,
        outcome: TipState,
        answer: str,
        reason: str,
        *,
        valuable: bool = False,
        into: str = "",
        to: str = "",
    ) -> Tip:
        tip = get_permitted_tip(uow, tip_id)
        in_time = all(deadline.is_in_time(uow.at) for deadline in tip.clocks)
        settled = tip.settled(outcome, nfc(answer), uow.today, in_time=in_time, valuable=valuable, into=into, to=to)
        uow.decide(f"tip:{tip.id}", rule="settlement", reason=reason, text=settled.answer)
        uow.facts["outcome"] = outcome.value
        uow.add_event("tip.settled")
        timed = settled.with_timestamp("settled", uow.at)
        return uow.save(TIP, recompute_deadlines(self.context.district, timed, uow.at))
