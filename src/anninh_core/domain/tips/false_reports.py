"""Use cases that mark a case as a prank or a false report, confirm the mark, and remove it.

The mark belongs to the case: it records its author, reason and grounds, and the case is counted apart. Nothing follows
automatically: later tips of the same reporter are received, answered in danger and escalated as before.
"""

from attrs import evolve

from anninh_core.domain.tips.handling.base import get_tip_for_step
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.steps import get_false_mark_of_other
from anninh_core.domain.tips.values import FalseMark
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import FalseReason, TipId, Words
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_RULE = "false_report"


class FalseReports(Service):
    """Marks of false reports. The author of a mark can neither confirm nor remove it: another person must."""

    action_prefix = "tips"

    @command(Permission.TIP_HANDLE, public=True)
    def mark_false(
        self, uow: UnitOfWork, tip_id: TipId, *, reason: FalseReason, note: Words, seen_version: int | None = None
    ) -> Tip:
        """Mark a tip that was settled as unfounded as a prank or a false report.

        Until another person confirms it, it is counted in reports alone.

        Args:
            reason: a code of the profile's `[handling.false_reasons]`.
            note: grounds of the mark, for the record.
            seen_version: the tip's `version` that you saw; None: its current version.

        Raises:
            WrongStep: it wasn't settled as unfounded, its reporter objects, or it is marked already.
            BadInput: an unknown reason, or no note.
            Conflict: it was changed since you saw it.
        """
        tip = get_tip_for_step(uow, "false_reports.mark", tip_id, seen_version)
        reasons = self.context.district.false_reasons
        if reason not in reasons:
            names = ", ".join(f"{code} ({name})" for code, name in reasons.items()) or "none"
            raise BadInput(
                "{reason!r} isn't a reason for a false report: choose one of {allowed}.",
                reason=reason,
                allowed=names,
                argument="reason",
            )
        mark = FalseMark(reason=reason, by=uow.actor.id, at=uow.at, day=uow.today, settlement=len(tip.settlements))
        self._record_decision(uow, tip, "marked", note)
        return uow.save(TIP, evolve(tip, false_marks=(*tip.false_marks, mark)))

    @command(Permission.TIP_SUPERVISE, public=True)
    def confirm_false(self, uow: UnitOfWork, tip_id: TipId, *, note: Words, seen_version: int | None = None) -> Tip:
        """Confirm the mark of a false report; it counts among earlier ones of the same reporter from now on.

        Raises:
            Refused: the actor marked it: another person confirms.
            WrongStep: it isn't marked, or is confirmed already.
            BadInput: no note.
        """
        tip = get_tip_for_step(uow, "false_reports.confirm", tip_id, seen_version)
        mark = get_false_mark_of_other(tip, uow)
        self._record_decision(uow, tip, "confirmed", note)
        return self._save_last_mark(uow, tip, evolve(mark, confirmed_by=uow.actor.id, confirmed_at=uow.at))

    @command(Permission.TIP_SUPERVISE, public=True)
    def clear_false(self, uow: UnitOfWork, tip_id: TipId, *, note: Words, seen_version: int | None = None) -> Tip:
        """Take back the mark of a false report; the record keeps that it was set. Opening the tip again ends it too.

        Raises:
            Refused: the actor marked it: another person decides.
            WrongStep: it isn't marked.
            BadInput: no note.
        """
        tip = get_tip_for_step(uow, "false_reports.clear", tip_id, seen_version)
        mark = get_false_mark_of_other(tip, uow)
        self._record_decision(uow, tip, "cleared", note)
        return self._save_last_mark(uow, tip, evolve(mark, cleared_by=uow.actor.id, cleared_at=uow.at))

    @query(Permission.TIP_SUPERVISE, traced=True, public=True)
    def count_false_before(self, session: ReadSession, tip_id: TipId) -> int:
        """Return how many earlier tips of a tip's reporter were found to be false, among the tips that the actor
        supervises.

        Only confirmed marks count. Each call leaves an entry in the audit log that names the tip.
        """
        tip = get_permitted_tip(session, tip_id)
        session.facts["case"] = f"tip:{tip.id}"
        if not tip.conversation:
            return 0
        others = session.iter_permitted(TIP, "newest", where={"conversation": tip.conversation})
        return sum(
            other.false_mark is not None and bool(other.false_mark.confirmed_by)
            for other in others
            if other.received_at < tip.received_at
        )

    @staticmethod
    def _save_last_mark(uow: UnitOfWork, tip: Tip, mark: FalseMark) -> Tip:
        return uow.save(TIP, evolve(tip, false_marks=(*tip.false_marks[:-1], mark)))

    @staticmethod
    def _record_decision(uow: UnitOfWork, tip: Tip, outcome: str, note: str) -> None:
        if not note.strip():
            raise BadInput(
                "Marking tip {receipt} as false, confirming the mark or removing it needs grounds: write "
                "them for the record.",
                receipt=tip.receipt,
            )
        uow.decide(f"tip:{tip.id}", rule=_RULE, reason=outcome, text=nfc(note))
        uow.add_event(f"tip.false_{outcome}")
