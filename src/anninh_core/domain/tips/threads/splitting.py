"""Splitting a tip whose reporter told of two matters, and joining two that tell of one."""

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve

from anninh_core.domain.tips.clocks.recomputation import recompute_deadlines
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.steps import require_joinable
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.marks import Service, step
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class TipSplitting(Service):
    """Steps of larger acts, which move the messages."""

    action_prefix = "tips"

    @step(Permission.TIP_HANDLE)
    def rebuild_words(self, uow: UnitOfWork, tip_id: str, texts: Sequence[str]) -> Tip:
        """Let the words of a tip be those of its messages, oldest first."""
        tip = get_permitted_tip(uow, tip_id)
        return uow.save(TIP, tip.with_only_words(texts))

    @step(Permission.TIP_HANDLE)
    def mark_single(self, uow: UnitOfWork, tip_id: str, messages: Sequence[str], reason: str) -> Tip:
        """Note that messages marked as a second matter were looked at: split off, or part of this one after all."""
        tip = get_permitted_tip(uow, tip_id)
        uow.decide(f"tip:{tip.id}", rule="second_matter", reason="decided", text=reason)
        left = tuple(id for id in tip.second_matters if id not in messages)
        return uow.save(TIP, evolve(tip, second_matters=left))

    @step(Permission.TIP_HANDLE)
    def join(self, uow: UnitOfWork, tip_id: str, into: str, reason: str) -> Tip:
        """Join a tip to another of the same reporter; return that, which counts from the earlier reception.

        Both receipts lead to it from now on. The other one counts nowhere any more, in past months neither.

        Raises:
            WrongStep: one of them isn't worked on any more, or was settled before: its reporter was told an end.
            BadInput: they are of different reporters: one is a duplicate of the other, see `tips.merge`.
        """
        tip = get_permitted_tip(uow, tip_id)
        target = get_permitted_tip(uow, into)
        for one in (tip, target):
            require_joinable(one, uow)
        if tip.id == target.id:
            raise BadInput("Tip {receipt} can't be joined to itself: name another tip.", receipt=tip.receipt)
        if not tip.conversation or tip.conversation != target.conversation:
            raise BadInput(
                "Tips {receipt} and {second_receipt} have different reporters: merge them as duplicates with "
                "{act:tips.merge}.",
                receipt=tip.receipt,
                second_receipt=target.receipt,
            )
        if tip.excluded:
            target = evolve(target, excluded=tuple(dict.fromkeys((*target.excluded, *tip.excluded))))
        uow.decide(f"tip:{tip.id}", rule="join", reason="same_matter", text=reason)
        uow.facts |= {"into": target.id}
        uow.add_event("tip.joined")
        uow.save(TIP, tip.joined_to(target.id))
        taking_in = _taking_in(target, tip)
        barred = {*target.excluded}
        handlers = tuple(one for one in taking_in.handlers if barred.isdisjoint(uow.permits.list_marks(one)))
        return uow.save(TIP, recompute_deadlines(self.context.district, evolve(taking_in, handlers=handlers), uow.at))


def _taking_in(target: Tip, tip: Tip) -> Tip:
    """Return a tip that takes another one in: the earlier reception counts, and danger stays danger."""
    received_at: datetime = min(target.received_at, tip.received_at)
    moments = {**tip.moments, **target.moments}
    for name in ("received", "receipt"):
        known = [one.moments[name] for one in (target, tip) if name in one.moments]
        if known:
            moments[name] = min(known)
    return evolve(
        target,
        received_at=received_at,
        received_day=local_date(received_at),
        moments=moments,
        emergency=target.emergency or tip.emergency,
        urgency="serious" if "serious" in (target.urgency, tip.urgency) else target.urgency,
        joined=(*target.joined, tip.receipt, *tip.joined),
        decisions=target.decisions or tip.decisions,
    )
