"""Use cases that settle, answer and close tips."""

from collections.abc import Iterator
from typing import TypedDict

from attrs import evolve

from anninh_core.domain.tips.handling.base import HasAttachment, TipWork, get_tip_for_step
from anninh_core.domain.tips.handling.slips import issue_slip_number
from anninh_core.domain.tips.handling.subcase import SUBCASE
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.replies import notify_reporter
from anninh_core.domain.tips.states import SettlingOutcome, TipState
from anninh_core.domain.tips.steps import SETTLE_OUTCOMES
from anninh_core.domain.tips.values import Transfer
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import OneLine, Reason, SettlingReason, TipId, Words
from anninh_core.usecase.decision import require_reason_code
from anninh_core.usecase.marks import command
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_MESSAGE = "message:"


class _SettlementFields(TypedDict):
    """Fields of a settlement apart from its answer."""

    in_time: bool
    by: str
    reason: str
    evidence: str


class TipSettling(TipWork):
    """Use cases that settle, answer and close tips.

    If the profile has a table `[settling.<outcome>]`, only its reason codes are allowed, and it may require evidence:
    the number of a document, or `message:<id>` of a message of the case with a file.
    """

    def __init__(self, runner: UseCaseRunner, has_attachment: HasAttachment) -> None:
        super().__init__(runner)
        self._has_attachment = has_attachment

    @command(Permission.TIP_HANDLE, public=True, daily=True)
    def settle(
        self,
        uow: UnitOfWork,
        tip_id: TipId,
        outcome: SettlingOutcome,
        *,
        answer: Words,
        reason: SettlingReason,
        valuable: bool = False,
        evidence: OneLine = "",
        despite_open: Reason = "",
        seen_version: int | None = None,
    ) -> Tip:
        """End the work on a tip as resolved, unfounded or refused, with an answer for the reporter.

        Args:
            outcome: resolved, unfounded or refused.
            answer: answer to the reporter.
            reason: reason code.
            valuable: whether it helped.
            evidence: grounds of the settlement: number of a document, or `message:ID` of a picture.
            despite_open: why it ends although other units still work on parts of it, which this calls off.
            seen_version: the tip's `version` that you saw; None: its current version.

        Raises:
            WrongStep: parts of it are open, a transfer waits, or its state doesn't allow it.
            BadInput: no answer, an unknown reason, or no evidence although the profile requires it.
            Conflict: it was changed since you saw it.
        """
        outcome = TipState(outcome)
        if outcome not in SETTLE_OUTCOMES:
            raise BadInput(
                "A tip can't be settled as {outcome:outcome}: choose one of {allowed:outcome}.",
                outcome=outcome.value,
                allowed=sorted(allowed_outcome.value for allowed_outcome in SETTLE_OUTCOMES),
                argument="outcome",
            )
        tip = get_tip_for_step(uow, "settle", tip_id, seen_version)
        settled = tip.settled(
            outcome, nfc(answer), uow.today, **self._check_facts(uow, tip, outcome, reason, evidence), valuable=valuable
        )
        return self._finish_settlement(uow, settled, despite_open)

    @command(Permission.TIP_HANDLE, public=True, irreversible=True)
    def transfer(
        self,
        uow: UnitOfWork,
        tip_id: TipId,
        *,
        to: OneLine,
        answer: Words,
        reason: SettlingReason,
        summary: Words = "",
        evidence: OneLine = "",
        despite_open: Reason = "",
        seen_version: int | None = None,
    ) -> Tip:
        """Transfer a tip to an outside body, given by name, with a slip (phiếu chuyển) of the unit's series.

        Args:
            to: body that takes it over.
            answer: answer to the reporter.
            reason: reason code.
            summary: summary of the matter for the slip; "" for the reporter's own words. Both are masked on the slip.
            evidence: grounds of the transfer: number of a document, or `message:ID` of a picture.
            despite_open: why it ends although other units still work on parts of it, which this calls off.
            seen_version: as for `settle`.

        Raises:
            WrongStep: parts of it are open, a transfer waits, or its state doesn't allow it.
            BadInput: no body, no answer, an unknown reason, or no evidence although the profile requires it.
            Conflict: it was changed since you saw it.
        """
        tip = get_tip_for_step(uow, "transfer", tip_id, seen_version)
        body = nfc(to).strip()
        if not body:
            raise BadInput("The body that receives tip {receipt} is missing: name it.", receipt=tip.receipt)
        facts = self._check_facts(uow, tip, TipState.TRANSFERRED, reason, evidence)
        settled = tip.settled(TipState.TRANSFERRED, nfc(answer), uow.today, **facts, to=body)
        unit = tip.handling_unit or tip.unit
        transfer = Transfer(
            to=body,
            inside=False,
            came_from=unit,
            by=uow.actor.id,
            at=uow.at,
            reason=reason,
            number=issue_slip_number(uow, unit),
            summary=nfc(summary),
        )
        return self._finish_settlement(uow, evolve(settled, transfers=(*tip.transfers, transfer)), despite_open)

    @command(Permission.TIP_HANDLE, public=True)
    def merge(
        self,
        uow: UnitOfWork,
        tip_id: TipId,
        *,
        into: TipId,
        answer: Words,
        despite_open: Reason = "",
        seen_version: int | None = None,
    ) -> Tip:
        """Mark a tip as a duplicate of another. Its reporter still gets an answer of their own.

        Raises:
            WrongStep: parts of it are open, a transfer waits, its lock isn't decided, its state doesn't allow it, or
                the other tip is the same one or is merged itself.
            BadInput: no answer.
            Conflict: it was changed since you saw it.
            NotFound: there is no such other tip.
        """
        other = get_permitted_tip(uow, into)
        uow.guard_version(TIP, other)
        if other.id == tip_id or other.merged_into:
            raise WrongStep(
                "Tip {receipt} can't take in another tip: it is the same tip, or it is merged itself.",
                receipt=other.receipt,
            )
        tip = get_tip_for_step(uow, "merge", tip_id, seen_version)
        facts = self._check_facts(uow, tip, TipState.DUPLICATE, "same_incident", "")
        settled = tip.settled(TipState.DUPLICATE, nfc(answer), uow.today, **facts, into=into)
        return self._finish_settlement(uow, settled, despite_open)

    @command(Permission.TIP_HANDLE, public=True, daily=True, sends=True)
    def answer(self, uow: UnitOfWork, tip_id: TipId, *, seen_version: int | None = None) -> Tip:
        """Send the reporter the answer of the settlement, once. The tip becomes `answered` when the answer has arrived.

        Raises:
            WrongStep: it isn't settled, or its answer is on its way.
            BadInput: its reporter has no chat.
        """
        tip = get_tip_for_step(uow, "answer", tip_id, seen_version)
        notify_reporter(uow, tip, "tip.answer", text=tip.answer)
        uow.add_event("tip.answer_sent")
        return uow.save(TIP, tip.with_timestamp("answer_sent", uow.at))

    @command(Permission.TIP_HANDLE, public=True, daily=True)
    def answered_by_hand(
        self, uow: UnitOfWork, tip_id: TipId, proof: OneLine, *, seen_version: int | None = None
    ) -> Tip:
        """Record that a person informed the reporter outside the chat, and how.

        Raises:
            WrongStep: its state doesn't allow it.
            BadInput: no proof.
            Conflict: it was changed since you saw it.
        """
        if not proof.strip():
            raise BadInput("The proof is missing: write how the reporter was informed, such as by phone or in person.")
        tip = get_tip_for_step(uow, "record_manual_answer", tip_id, seen_version)
        uow.add_event("tip.answered")
        return self._save_tip(uow, tip.answered(nfc(proof), uow.today).with_timestamp("answered", uow.at))

    @command(Permission.TIP_HANDLE, public=True, daily=True)
    def close(self, uow: UnitOfWork, tip_id: TipId, *, seen_version: int | None = None) -> Tip:
        """Close an answered tip. Another person decides on reopening it, see `judge_reopening`.

        Raises:
            WrongStep: a request to reopen it waits, parts of it are open, or its state doesn't allow it.
            Conflict: it was changed since you saw it.
        """
        tip = get_tip_for_step(uow, "close", tip_id, seen_version)
        uow.add_event("tip.closed")
        return uow.save(TIP, tip.moved(TipState.CLOSED))

    def _check_facts(
        self, uow: UnitOfWork, tip: Tip, outcome: TipState, reason: str, evidence: str
    ) -> _SettlementFields:
        """Return the fields of a settlement apart from its answer, checked against the profile.

        Raises:
            BadInput: the reason isn't allowed for the outcome, required evidence is missing, or the message has no
                file.
        """
        rule = self.context.district.settling.get(outcome.value)
        evidence_text = nfc(evidence).strip()
        require_reason_code(reason)
        if rule is not None and rule.reasons and reason not in rule.reasons:
            raise BadInput(
                "{reason!r} isn't a reason to settle a tip as {outcome:outcome}: choose one of {allowed}.",
                reason=reason,
                outcome=outcome.value,
                allowed=tuple(f"{code} ({name})" for code, name in rule.reasons.items()),
                argument="reason",
            )
        if rule is not None and rule.evidence and not evidence_text:
            raise BadInput(
                "Tip {receipt} needs evidence to be settled as {outcome:outcome}: give the number of a document, or "
                "message:<id> of a message of the case that came with a file.",
                receipt=tip.receipt,
                outcome=outcome.value,
                argument="evidence",
            )
        if evidence_text.startswith(_MESSAGE) and not self._has_attachment(
            uow, f"tip:{tip.id}", evidence_text[len(_MESSAGE) :]
        ):
            raise BadInput(
                "{evidence!r} isn't a message of tip {receipt} with a file: {act:tips.get} lists the messages.",
                evidence=evidence_text,
                receipt=tip.receipt,
            )
        in_time = all(deadline.is_in_time(uow.at) for deadline in tip.clocks)
        return {"in_time": in_time, "by": uow.actor.id, "reason": reason, "evidence": evidence_text}

    def _finish_settlement(self, uow: UnitOfWork, settled: Tip, despite_open: str) -> Tip:
        last = settled.settlements[-1]
        call_off_reasons = tuple(self._call_off_subcases(uow, settled, nfc(despite_open).strip()))
        words = "\n".join((settled.answer, *call_off_reasons))
        uow.decide(f"tip:{settled.id}", rule="settlement", reason=last.reason, text=words)
        uow.facts["outcome"] = last.outcome.value
        uow.add_event("tip.settled")
        return self._save_tip(uow, evolve(settled.with_timestamp("settled", uow.at), open_subcases=()))

    @staticmethod
    def _call_off_subcases(uow: UnitOfWork, tip: Tip, why: str) -> Iterator[str]:
        """Call off the open parts of a tip that other units work on, and yield the reason, for the record.

        Raises:
            WrongStep: there are open parts, and `why` is empty.
        """
        subcases = [uow.load(SUBCASE, id) for id in tip.open_subcases]
        if subcases and not why:
            units = ", ".join(subcase.unit for subcase in subcases)
            raise WrongStep(
                "Other units still work on parts of tip {receipt} ({units}): wait for them, or write in "
                "`despite_open` why you don't.",
                receipt=tip.receipt,
                units=units,
            )
        for subcase in subcases:
            uow.save(SUBCASE, subcase.called_off(why, uow.at))
        if subcases:
            uow.facts["called_off"] = len(subcases)
            yield why
