"""Splitting a tip that reports two matters, and joining two tips that report the same matter."""

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
    """Steps of the workflows that split and join tips; the workflows move the messages."""

    action_prefix = "tips"

    @step(Permission.TIP_HANDLE)
    def rebuild_words(self, uow: UnitOfWork, tip_id: str, texts: Sequence[str]) -> Tip:
        """Set the text of a tip to that of its messages, oldest first."""
        tip = get_permitted_tip(uow, tip_id)
        return uow.save(TIP, tip.with_only_words(texts))

    @step(Permission.TIP_HANDLE)
    def mark_single(self, uow: UnitOfWork, tip_id: str, messages: Sequence[str], reason: str) -> Tip:
        """Record that messages marked as a second matter were decided: split off, or kept in this tip."""
        tip = get_permitted_tip(uow, tip_id)
        uow.decide(f"tip:{tip.id}", rule="second_matter", reason="decided", text=reason)
        undecided = tuple(id for id in tip.second_matters if id not in messages)
        return uow.save(TIP, evolve(tip, second_matters=undecided))

    @step(Permission.TIP_HANDLE)
    def join(self, uow: UnitOfWork, tip_id: str, into: str, reason: str) -> Tip:
        """Join a tip to another of the same reporter; return the other tip, which counts from the earlier reception.

        Both receipts lead to the other tip from now on. The joined tip isn't counted any more, not even in past months.

        Raises:
            WrongStep: work on either tip has ended, or it was settled before, so that its reporter may have got an
                answer.
            BadInput: they are of different reporters: mark the first as a duplicate with `tips.merge`; or both are the
                same tip.
        """
        tip = get_permitted_tip(uow, tip_id)
        target = get_permitted_tip(uow, into)
        for candidate in (tip, target):
            require_joinable(candidate, uow)
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
        combined = _combine_tips(target, tip)
        barred = {*target.excluded}
        handlers = tuple(handler for handler in combined.handlers if barred.isdisjoint(uow.permits.list_marks(handler)))
        return uow.save(TIP, recompute_deadlines(self.context.district, evolve(combined, handlers=handlers), uow.at))


def _combine_tips(target: Tip, tip: Tip) -> Tip:
    """Return the tip `target` with `tip` joined to it: the earlier reception counts, and an emergency stays an
    emergency.
    """
    received_at: datetime = min(target.received_at, tip.received_at)
    moments = {**tip.moments, **target.moments}
    for name in ("received", "receipt"):
        times = [source.moments[name] for source in (target, tip) if name in source.moments]
        if times:
            moments[name] = min(times)
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
