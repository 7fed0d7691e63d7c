"""Use cases with which officers record papers about a tip's clocks: decisions of the competent bodies, and written
notices.
"""

from datetime import date

from attrs import evolve

from anninh_core.domain.tips.clocks.recomputation import recompute_deadlines
from anninh_core.domain.tips.deadlines import Deadline, first_late_request_day
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import DecisionKind
from anninh_core.domain.tips.steps import TIP_STEPS, find_clock_changed_by
from anninh_core.domain.tips.values import ClockDecision
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.limits import find_last_day
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import Count, OneLine, Reason, TipId
from anninh_core.usecase.marks import Service, command
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_MAX_EXTENSION_MONTHS = 2
_NOTICE = "notice"
_PAPER_LENGTH = 200


class TipClocks(Service):
    """Decisions that change a legal clock, and notices that meet a legal clock. Nothing else changes a legal clock."""

    action_prefix = "tips"

    @command(Permission.TIP_HANDLE, public=True)
    def record_complex(self, uow: UnitOfWork, tip_id: TipId, *, body: OneLine, number: str, day: date) -> Tip:
        """Record that the case was decided to be complex: it is to be resolved within two months (BLTTHS 147.2).

        Args:
            body: body that decided.
            number: number and symbol of the decision.
            day: its date, no later than the end of the limit that it changes.

        Raises:
            WrongStep: the tip isn't open, it is complex already, its clock is suspended or restarted after a
                suspension.
            BadInput: the tip's legal kind has no clock for this decision, or the paper doesn't fit.
        """
        tip = self._get_tip(uow, "clocks.mark_complex", tip_id)
        self._check_before_limit(uow, tip, DecisionKind.COMPLEX, day)
        return self._record_paper(
            uow, tip, _make_paper(uow, tip, DecisionKind.COMPLEX, body=body, number=number, day=day)
        )

    @command(Permission.TIP_HANDLE, public=True)
    def record_extension(
        self,
        uow: UnitOfWork,
        tip_id: TipId,
        *,
        body: OneLine,
        number: str,
        day: date,
        asked_on: date,
        months: Count = 2,
    ) -> Tip:
        """Record that the procuracy extended the limit of a complex case, which is possible once (BLTTHS 147.2, 147.3).

        Args:
            body: the procuracy that decided.
            number: number and symbol of the decision.
            day: its date, no later than the end of the limit that it extends.
            asked_on: date of the request: five days before the limit at the latest.
            months: months of the extension, 1 or 2.

        Raises:
            WrongStep: the tip isn't open or not complex, it was extended already, its clock is suspended or restarted.
            BadInput: the request or the decision was too late, the months aren't 1 or 2, or the paper doesn't fit.
        """
        tip = self._get_tip(uow, "clocks.extend", tip_id)
        if not 1 <= months <= _MAX_EXTENSION_MONTHS:
            raise BadInput(
                "An extension by {months} months isn't possible: the law allows 1 or 2 (BLTTHS art. 147.2).",
                months=months,
                argument="months",
            )
        clock = self._check_before_limit(uow, tip, DecisionKind.EXTENDED, day)
        if asked_on >= (too_late := first_late_request_day(clock.due)):
            raise BadInput(
                "The extension was requested on {requested_on} for a limit that ends on {last_day}: the "
                "request had to be made before {first_late_day}, at least five days ahead (BLTTHS art. "
                "147.3).",
                requested_on=asked_on,
                last_day=find_last_day(clock.due),
                first_late_day=too_late,
                argument="asked_on",
            )
        if not tip.received_day <= asked_on <= day:
            raise BadInput(
                "A request of {requested_on} decided on {day} isn't possible for a tip received on "
                "{received_on}: check the dates.",
                requested_on=asked_on,
                day=day,
                received_on=tip.received_day,
            )
        paper = _make_paper(uow, tip, DecisionKind.EXTENDED, body=body, number=number, day=day)
        return self._record_paper(uow, tip, evolve(paper, months=months, asked_on=asked_on))

    @command(Permission.TIP_HANDLE, public=True)
    def record_suspension(self, uow: UnitOfWork, tip_id: TipId, *, body: OneLine, number: str, day: date) -> Tip:
        """Record that resolving was suspended (BLTTHS 148): its clock stops until the suspension is revoked.

        A clock that had run out before the decision's day stays late.

        Raises:
            WrongStep: the tip isn't open, or it is suspended already.
            BadInput: no clock of the tip can be suspended, or the paper doesn't fit.
        """
        tip = self._get_tip(uow, "clocks.suspend", tip_id)
        _check_paper_order(tip, day)
        return self._record_paper(
            uow, tip, _make_paper(uow, tip, DecisionKind.SUSPENDED, body=body, number=number, day=day)
        )

    @command(Permission.TIP_HANDLE, public=True)
    def revoke_suspension(self, uow: UnitOfWork, tip_id: TipId, *, body: OneLine, number: str, day: date) -> Tip:
        """Record that a suspension was revoked: from that day there is one month at most (BLTTHS 149).

        Raises:
            WrongStep: the tip isn't open, or nothing is suspended.
            BadInput: the paper doesn't fit, or is older than the suspension.
        """
        tip = self._get_tip(uow, "clocks.revoke_suspension", tip_id)
        _check_paper_order(tip, day)
        return self._record_paper(
            uow, tip, _make_paper(uow, tip, DecisionKind.REVOKED, body=body, number=number, day=day)
        )

    @command(Permission.TIP_HANDLE, public=True)
    def record_written_notice(self, uow: UnitOfWork, tip_id: TipId, *, number: str, day: date) -> Tip:
        """Record the written notice of reception to the reporter; a receipt in chat doesn't count as such a notice.

        Source: Joint Circular 01/2017 art. 14.1.

        Args:
            number: number and symbol of the notice.
            day: its date.

        Raises:
            WrongStep: notice was recorded before.
            BadInput: the paper doesn't fit.
        """
        tip = self._keep_earlier_notice(uow, self._get_tip(uow, "clocks.record_notice", tip_id))
        paper = _make_paper(uow, tip, DecisionKind.NOTICE, number=number, day=day)
        return self._record_paper(uow, tip.with_timestamp(_NOTICE, max(tip.received_at, paper.moment)), paper)

    @command(Permission.TIP_HANDLE, public=True)
    def record_identity_refused(self, uow: UnitOfWork, tip_id: TipId, reason: Reason) -> Tip:
        """Record that the reporter refused to be named, so that no notice can be sent to them, and why.

        Source: Circular 28/2020/TT-BCA art. 5.3 and 17.

        Raises:
            WrongStep: notice was recorded before.
            BadInput: no reason.
        """
        tip = self._keep_earlier_notice(uow, self._get_tip(uow, "clocks.record_identity_refused", tip_id))
        if not reason.strip():
            raise BadInput(
                "The refusal to be named has no reason: write why the reporter refused, as the law requires."
            )
        paper = ClockDecision(kind=DecisionKind.IDENTITY_REFUSED, day=uow.today, recorded_at=uow.at, reason=nfc(reason))
        return self._record_paper(uow, tip.with_timestamp(_NOTICE, uow.at), paper)

    @staticmethod
    def _get_tip(uow: UnitOfWork, step: str, tip_id: str) -> Tip:
        tip = get_permitted_tip(uow, tip_id)
        TIP_STEPS.require(step, tip, uow)
        return tip

    def _keep_earlier_notice(self, uow: UnitOfWork, tip: Tip) -> Tip:
        """Return the tip with the time of a notice that counted in earlier versions, so that its clock stays met
        then.
        """
        return recompute_deadlines(self.context.district, tip, uow.at)

    def _check_before_limit(self, uow: UnitOfWork, tip: Tip, kind: DecisionKind, day: date) -> Deadline:
        """Return the clock that a decision would replace.

        Raises:
            BadInput: the clock had run out on the decision's day, or the decision is older than an earlier decision.
        """
        clock = find_clock_changed_by(tip, uow, kind)
        if day > find_last_day(clock.due):
            raise BadInput(
                "A decision of {day} can't change a limit that ended on {last_day}: enter the paper's own date.",
                day=day,
                last_day=find_last_day(clock.due),
            )
        _check_paper_order(tip, day)
        return clock

    def _record_paper(self, uow: UnitOfWork, tip: Tip, paper: ClockDecision) -> Tip:
        words = paper.reason or ", ".join(filter(None, (paper.body, paper.number, paper.day.isoformat())))
        uow.decide(f"tip:{tip.id}", rule="clock", reason=paper.kind.value, text=words)
        uow.add_event("tip.clock_decided")
        decided = evolve(tip, decisions=(*tip.decisions, paper))
        return uow.save(TIP, recompute_deadlines(self.context.district, decided, uow.at))


def _check_paper_order(tip: Tip, day: date) -> None:
    """Raise `BadInput` if a decision is older than an earlier decision; notices have no order."""
    earlier_days = [decision.day for decision in tip.decisions if decision.body]
    if earlier_days and day < max(earlier_days):
        raise BadInput(
            "A decision of {day} can't follow one of {previous}: check the two dates.",
            day=day,
            previous=max(earlier_days),
        )


def _make_paper(
    uow: UnitOfWork, tip: Tip, kind: DecisionKind, *, number: str, day: date, body: str = ""
) -> ClockDecision:
    if kind is not DecisionKind.NOTICE and not body.strip():
        raise BadInput("The body that decided is missing: write it as in the head of the paper.")
    if not number.strip():
        raise BadInput("The paper's number and symbol are missing: write them as they are on the paper.")
    if max(len(body), len(number)) > _PAPER_LENGTH:
        raise BadInput(
            "The body and the number of a paper can have at most {most} characters each: shorten the longer one.",
            most=_PAPER_LENGTH,
        )
    if not tip.received_day <= day <= uow.today:
        raise BadInput(
            "A paper of {day} isn't possible for a tip received on {received_on} (today is {today}): check the date.",
            day=day,
            received_on=tip.received_day,
            today=uow.today,
        )
    return ClockDecision(kind=kind, body=nfc(body.strip()), number=nfc(number.strip()), day=day, recorded_at=uow.at)
