"""Steps that can be done with a tip in its current state, by name, with the checks that their use cases make."""

from collections.abc import Mapping

from anninh_core.domain.tips.deadlines import Deadline, find_open_suspension
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import OPEN_STATES, SETTLED_STATES, TRANSITIONS, DecisionKind, TipState
from anninh_core.domain.tips.values import ClockDecision, FalseMark, Transfer
from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.kernel.limits import find_last_day
from anninh_core.usecase.decision import DECISION
from anninh_core.usecase.preconditions.steps import Check, StepChecks, build_permission_check, build_transition_check
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.permissions import Permission

S = TipState
SETTLE_OUTCOMES = frozenset({S.RESOLVED, S.UNFOUNDED, S.REFUSED})
"""Outcomes of `settle`; others have use cases of their own."""
_MARKABLE = (S.UNFOUNDED, S.ANSWERED, S.CLOSED)


def _require_unsettled(tip: Tip, _: ReadSession) -> None:
    """Check that a tip isn't settled yet; the error names the recorded outcome, whichever outcome is requested now."""
    if not tip.is_open and tip.settlements:
        last = tip.settlements[-1]
        raise WrongStep(
            "Tip {receipt} was settled as {outcome:outcome} on {day} and is now {state}: reopen it with "
            "{act:tips.reopen} before you settle it again.",
            receipt=tip.receipt,
            outcome=last.outcome.value,
            day=last.day,
            state=tip.state,
        )
    if TRANSITIONS[tip.state].isdisjoint(SETTLE_OUTCOMES):
        raise WrongStep(
            "Tip {receipt} is {state}: there is nothing left to settle.", receipt=tip.receipt, state=tip.state
        )


def require_no_waiting_transfer(tip: Tip, _: ReadSession) -> None:
    """Check that no unit has yet to accept or return a tip.

    Raises:
        WrongStep: a transfer waits.
    """
    if transfer := tip.waiting_transfer:
        raise WrongStep(
            "Tip {receipt} waits until {unit} accepts or returns it: until then you can only assign it again "
            "with {act:tips.assign}.",
            receipt=tip.receipt,
            unit=transfer.to,
        )


def get_waiting_transfer(tip: Tip) -> Transfer:
    """Return the transfer of a tip that a unit has not yet accepted or returned.

    Raises:
        WrongStep: no transfer waits.
    """
    transfer = tip.waiting_transfer
    if transfer is None:
        raise WrongStep(
            "Tip {receipt} hasn't been passed on to a unit that still has to accept it.", receipt=tip.receipt
        )
    return transfer


def get_false_mark_of_other(tip: Tip, session: ReadSession) -> FalseMark:
    """Return the mark of a false report, for a decision by another person than its author.

    Raises:
        WrongStep: there is no mark.
        Refused: the actor set it.
    """
    mark = tip.false_mark
    if mark is None:
        raise WrongStep("Tip {receipt} isn't marked as a false report.", receipt=tip.receipt)
    if mark.by == session.actor.id:
        raise Refused(
            "Officer {officer} marked tip {receipt} as false: another person must decide about the mark.",
            officer=session.actor.id,
            receipt=tip.receipt,
        )
    return mark


def find_clock_changed_by(tip: Tip, session: ReadSession, kind: DecisionKind) -> Deadline:
    """Return the running clock that a decision would replace.

    Raises:
        BadInput: the tip's legal kind has no running clock for this decision.
    """
    rules = session.context.district.deadlines
    replaced = {id for rule in rules if rule.decision == kind for id in rule.replaces}
    clock = next(
        (candidate for candidate in tip.clocks if candidate.rule in replaced and candidate.met_at is None), None
    )
    if clock is None:
        raise BadInput(
            "Tip {receipt} ({legal_kind}) has no running limit that `{decision}` would change.",
            receipt=tip.receipt,
            legal_kind=tip.legal_kind,
            decision=kind,
        )
    return clock


def find_paper(tip: Tip, kind: DecisionKind) -> ClockDecision | None:
    """Return the last recorded paper of a kind about a tip's clocks, or None."""
    return next((decision for decision in reversed(tip.decisions) if decision.kind is kind), None)


def _require_clock_changed_by(kind: DecisionKind) -> Check[Tip]:
    def check_clock(tip: Tip, session: ReadSession) -> None:
        due = find_last_day(find_clock_changed_by(tip, session, kind).due)
        if (last_day := max((decision.day for decision in tip.decisions if decision.body), default=due)) > due:
            raise BadInput(
                "A decision about a limit that ended on {due} can't follow one of {previous}: check the dates.",
                due=due,
                previous=last_day,
            )

    return check_clock


def _require_not_recorded(kind: DecisionKind) -> Check[Tip]:
    def check_no_paper(tip: Tip, _: ReadSession) -> None:
        if (earlier_paper := find_paper(tip, kind)) is not None:
            raise WrongStep(
                "`{decision}` was already recorded for tip {receipt} with the date {day} (number: {number}): "
                "it can be recorded only once.",
                receipt=tip.receipt,
                decision=kind,
                day=earlier_paper.day,
                number=(earlier_paper.number,) if earlier_paper.number else (),
            )

    return check_no_paper


def _require_complex(tip: Tip, _: ReadSession) -> None:
    if find_paper(tip, DecisionKind.COMPLEX) is None:
        raise WrongStep(
            "Tip {receipt} isn't recorded as complex, and only the limit of a complex case can be extended: "
            "record first with {act:tips.clocks.mark_complex} that it is.",
            receipt=tip.receipt,
        )


def _require_not_suspended(tip: Tip, _: ReadSession) -> None:
    if (suspension := find_open_suspension(tip.decisions)) is not None:
        raise WrongStep(
            "Tip {receipt} is suspended by decision {number}: record first with {act:tips.clocks.revoke_suspension} "
            "that it was revoked.",
            receipt=tip.receipt,
            number=suspension.number,
        )


def _require_suspended(tip: Tip, _: ReadSession) -> None:
    if find_open_suspension(tip.decisions) is None:
        raise WrongStep("Tip {receipt} isn't suspended, so there is nothing to revoke.", receipt=tip.receipt)


def _require_suspendable(tip: Tip, session: ReadSession) -> None:
    suspends = {rule.id for rule in session.context.district.deadlines if rule.suspends}
    if not any(clock.rule in suspends and clock.met_at is None for clock in tip.clocks):
        raise BadInput(
            "Tip {receipt} ({legal_kind}) has no limit that a suspension stops.",
            receipt=tip.receipt,
            legal_kind=tip.legal_kind,
        )


def _require_running(tip: Tip, _: ReadSession) -> None:
    if not tip.is_open:
        raise WrongStep(
            "Tip {receipt} is {state}, so its limits no longer run: reopen it first with {act:tips.reopen}.",
            receipt=tip.receipt,
            state=tip.state,
        )


def _require_askable(tip: Tip, _: ReadSession) -> None:
    if not tip.is_open:
        raise WrongStep(
            "Tip {receipt} is {state}: no other unit can be asked for anything any more.",
            receipt=tip.receipt,
            state=tip.state,
        )


def _require_claimable(tip: Tip, session: ReadSession) -> None:
    _require_open(tip, session)
    if others := [officer for officer in tip.handlers if officer != session.actor.id]:
        raise WrongStep(
            "Tip {receipt} is assigned to {officers}: assign it to others with {act:tips.assign}.",
            receipt=tip.receipt,
            officers=tuple(others),
        )
    running = tip.find_running_claim(session.at)
    if running is not None and running.by != session.actor.id:
        raise WrongStep(
            "Tip {receipt} is claimed by officer {officer} until {until}.",
            receipt=tip.receipt,
            officer=running.by,
            until=running.until,
        )


def _require_open(tip: Tip, _: ReadSession) -> None:
    if not tip.is_open:
        raise WrongStep("Tip {receipt} is {state}: there is nothing to claim.", receipt=tip.receipt, state=tip.state)


def _require_own_claim(tip: Tip, session: ReadSession) -> None:
    running = tip.find_running_claim(session.at)
    if running is None or running.by != session.actor.id:
        raise WrongStep("Tip {receipt} isn't claimed by you.", receipt=tip.receipt)


def _require_chat_to_ask(tip: Tip, _: ReadSession) -> None:
    if not tip.conversation:
        raise BadInput(
            "The reporter of tip {receipt} has no chat and couldn't read the question: ask by phone or in "
            "person, and record the reply with {act:tips.record_reply_by_hand}.",
            receipt=tip.receipt,
        )


def _require_answerable(tip: Tip, _: ReadSession) -> None:
    if tip.state not in SETTLED_STATES or tip.state is S.WITHDRAWN:
        raise WrongStep(
            "Tip {receipt} is {state}: settle it with {act:tips.settle} before you answer.",
            receipt=tip.receipt,
            state=tip.state,
        )
    if not tip.conversation:
        raise BadInput(
            "The reporter of tip {receipt} has no chat: inform them another way, and record that with "
            "{act:tips.record_manual_answer}.",
            receipt=tip.receipt,
        )
    if "answer_sent" in tip.moments:
        raise WrongStep(
            "The answer to tip {receipt} is on its way: if it fails, {act:failures.troubles} lists it.",
            receipt=tip.receipt,
        )


def _require_closable(tip: Tip, _: ReadSession) -> None:
    if tip.state is S.REOPEN_REQUESTED:
        raise WrongStep(
            "The reporter of tip {receipt} asks for it to be reopened: decide about that first with "
            "{act:tips.reopenings.judge}.",
            receipt=tip.receipt,
        )
    if tip.open_subcases:  # The reporter withdrew the tip while other units worked on it.
        raise WrongStep(
            "Tip {receipt} has open parts: end them first with {act:tips.subcases.cancel}.", receipt=tip.receipt
        )


def _require_open_subcase(tip: Tip, _: ReadSession) -> None:
    if not tip.open_subcases:
        raise WrongStep("Tip {receipt} has no part that another unit works on.", receipt=tip.receipt)


def _require_objection(tip: Tip, _: ReadSession) -> None:
    if tip.state is not S.REOPEN_REQUESTED:
        raise WrongStep(
            "Tip {receipt} is {state}: there is no request to reopen it.", receipt=tip.receipt, state=tip.state
        )


def _require_not_settled_by_actor(tip: Tip, session: ReadSession) -> None:
    if tip.settlements and tip.settlements[-1].outcome is S.WITHDRAWN:
        return
    settler = tip.settlements[-1].by if tip.settlements else ""
    # A settlement of an earlier version has no officer: only the recorded decision names the officer.
    if tip.settlements and not settler:
        decisions = session.iter_all(DECISION, "newest", where={"subject": f"tip:{tip.id}"})
        settler = next((decision.by for decision in decisions if decision.rule == "settlement"), "")
    if settler == session.actor.id:
        raise Refused(
            "Officer {officer} settled tip {receipt}: another person must decide whether it is reopened.",
            officer=session.actor.id,
            receipt=tip.receipt,
        )


def _require_with_outside_body(tip: Tip, _: ReadSession) -> None:
    last_transfer = tip.transfers[-1] if tip.transfers else None
    was_transferred = tip.settlements[-1].outcome is S.TRANSFERRED if tip.settlements else False
    if (
        tip.is_open
        or not was_transferred
        or (last_transfer is not None and (last_transfer.inside or last_transfer.returned_on is not None))
    ):
        raise WrongStep(
            "Tip {receipt} is {state}: no outside body has it, so none could return it.",
            receipt=tip.receipt,
            state=tip.state,
        )


def _require_slip(tip: Tip, _: ReadSession) -> None:
    if all(transfer.inside for transfer in tip.transfers):
        raise WrongStep(
            "Tip {receipt} wasn't handed over to an outside body, so it has no slip: hand it over first with "
            "{act:tips.transfer}.",
            receipt=tip.receipt,
        )


def _require_markable(tip: Tip, session: ReadSession) -> None:
    if not session.context.district.false_reasons:
        raise BadInput("The profile has no reasons for false reports: fill its `[handling.false_reasons]`.")
    is_unfounded = bool(tip.settlements) and tip.settlements[-1].outcome is S.UNFOUNDED
    if not is_unfounded or tip.state not in _MARKABLE:
        raise WrongStep(
            "Tip {receipt} is {state}: settle it as unfounded with {act:tips.settle} before you mark it as false.",
            receipt=tip.receipt,
            state=tip.state,
        )
    if tip.false_mark is not None:
        raise WrongStep(
            "Tip {receipt} is already marked as false ({reason}).", receipt=tip.receipt, reason=tip.false_mark.reason
        )


def _require_unconfirmed_mark(tip: Tip, session: ReadSession) -> None:
    if get_false_mark_of_other(tip, session).confirmed_by:
        raise WrongStep("The mark of tip {receipt} as false was already confirmed.", receipt=tip.receipt)


def _require_withdrawal_asked(tip: Tip, _: ReadSession) -> None:
    if tip.withdrawal_asked_at is None:
        raise WrongStep("The reporter of tip {receipt} has no open request to withdraw it.", receipt=tip.receipt)


def _require_worked_on(tip: Tip, _: ReadSession) -> None:
    if tip.state not in OPEN_STATES:
        raise WrongStep(
            "Tip {receipt} is {state}: its messages can no longer be regrouped.", receipt=tip.receipt, state=tip.state
        )


def _require_locked(tip: Tip, _: ReadSession) -> None:
    if not tip.is_locked:
        raise WrongStep("Tip {receipt} isn't locked for its supervisor.", receipt=tip.receipt)


def _require_undecided_lock(tip: Tip, session: ReadSession) -> None:
    _require_locked(tip, session)
    if tip.lock is not None and not tip.lock.is_undecided:
        raise WrongStep("The lock of tip {receipt} was already confirmed.", receipt=tip.receipt)


def _require_lock_decided(tip: Tip, _: ReadSession) -> None:
    """Check that the lock of a report about an official or a unit was decided before the report is ended."""
    if tip.lock is not None and tip.lock.is_undecided:
        raise WrongStep(
            "Tip {receipt} is locked for its supervisor: confirm the lock with {act:tips.locks.confirm}, or "
            "lift it with {act:tips.locks.lift}, first.",
            receipt=tip.receipt,
        )


def require_joinable(tip: Tip, _: ReadSession) -> None:
    """Check that a tip can be joined: open, never settled, not locked, and without a pending answer of another unit.

    Raises:
        WrongStep: it can't be joined.
    """
    if tip.is_locked:
        raise WrongStep("Tip {receipt} is locked for its supervisor, so it stays a separate case.", receipt=tip.receipt)
    if tip.state not in OPEN_STATES or tip.settlements:
        raise WrongStep(
            "Tip {receipt} is {state}: only open tips that never ended can be joined.",
            receipt=tip.receipt,
            state=tip.state,
        )
    if tip.open_subcases or tip.waiting_transfer:
        raise WrongStep(
            "Tip {receipt} has a part or a transfer that another unit hasn't answered yet: wait for it, or end it.",
            receipt=tip.receipt,
        )


def _require_chat_to_join(tip: Tip, _: ReadSession) -> None:
    if not tip.conversation:
        raise BadInput(
            "Tip {receipt} didn't come by chat, so it is unknown whether another tip has the same reporter: "
            "merge them as duplicates with {act:tips.merge}.",
            receipt=tip.receipt,
        )


def _require_second_matter(tip: Tip, _: ReadSession) -> None:
    if not tip.second_matters:
        raise WrongStep("Tip {receipt} has no message marked as a possible second matter.", receipt=tip.receipt)


def _require_plain_question(tip: Tip, _: ReadSession) -> None:
    if tip.emergency:
        raise BadInput(
            "Tip {receipt} is marked as an emergency, so it can't become a question: handle it as a tip.",
            receipt=tip.receipt,
        )
    if tip.joined:
        raise BadInput(
            "Tip {receipt} has taken in {tips}: split them off first.", receipt=tip.receipt, tips=tuple(tip.joined)
        )
    if tip.barred:
        raise BadInput(
            "Officers are excluded from tip {receipt} by a conflict of interest, and an inquiry can't "
            "exclude them: keep it as a tip.",
            receipt=tip.receipt,
        )
    tip.require_convertible()


def _require_not_joined(tip: Tip, _: ReadSession) -> None:
    if tip.state is S.JOINED:
        raise WrongStep(
            "Tip {receipt} was joined to tip {tip}: write into the file of that tip.",
            receipt=tip.receipt,
            tip=tip.merged_into,
        )


_IDLE = require_no_waiting_transfer
_INTAKE_THERE = build_permission_check(Permission.INTAKE, lambda tip: tip.unit)
_ASKED_UNIT = build_permission_check(Permission.TIP_HANDLE, lambda tip: get_waiting_transfer(tip).to)
_NOTICE = _require_not_recorded(DecisionKind.NOTICE)
_HANDLING: Mapping[str, tuple[Check[Tip], ...]] = {
    "triage": (_IDLE, build_transition_check(S.TRIAGED)),
    "claim": (_require_claimable,),
    "claim_for": (_require_open,),
    "release_claim": (_require_own_claim,),
    "assign": (build_transition_check(S.ASSIGNED),),
    "verify": (_IDLE, build_transition_check(S.VERIFYING)),
    "ask_back": (_IDLE, _require_chat_to_ask, build_transition_check(S.WAITING)),
    "record_reply_by_hand": (),
    "add_note": (_require_not_joined,),
    "subcases.open": (_require_askable,),
    "subcases.cancel": (_require_open_subcase,),
    "transfers.to_unit": (_IDLE, build_transition_check(S.ASSIGNED)),
    "transfers.accept": (_ASKED_UNIT,),
    "transfers.give_back": (_ASKED_UNIT,),
    "settle": (_IDLE, _require_unsettled, _require_lock_decided),
    "transfer": (_IDLE, _require_unsettled, build_transition_check(S.TRANSFERRED)),
    "papers.slip": (_require_slip,),
    "transfers.record_return": (_require_with_outside_body, build_transition_check(S.REOPENED)),
    "merge": (_IDLE, _require_unsettled, _require_lock_decided, build_transition_check(S.DUPLICATE)),
    "unmerge": (lambda tip, _: tip.require_merged(),),
    "answer": (_require_answerable,),
    "record_manual_answer": (build_transition_check(S.ANSWERED),),
    "close": (_require_closable, build_transition_check(S.CLOSED)),
    "reopenings.request": (build_transition_check(S.REOPEN_REQUESTED),),
    "reopenings.judge": (_require_objection, _require_not_settled_by_actor),
    "reopen": (_require_not_settled_by_actor, build_transition_check(S.REOPENED)),
}
_OTHERS: Mapping[str, tuple[Check[Tip], ...]] = {
    "locks.confirm": (_require_undecided_lock,),
    "locks.lift": (_require_locked,),
    "withdrawals.accept": (_require_withdrawal_asked, _require_lock_decided, build_transition_check(S.WITHDRAWN)),
    "withdrawals.decline": (_require_withdrawal_asked,),
    "false_reports.mark": (_require_markable,),
    "false_reports.confirm": (_require_unconfirmed_mark,),
    "false_reports.clear": (get_false_mark_of_other,),
    "exclusions.add": (),
    "exclusions.add_unit": (),
    "threads.split": (_require_worked_on, _INTAKE_THERE),
    "threads.join": (_require_worked_on, require_joinable, _require_chat_to_join),
    "threads.keep_together": (_require_worked_on, _require_second_matter),
    "convert_to_inquiry": (_INTAKE_THERE, _require_plain_question),
}
_CLOCKS: Mapping[str, tuple[Check[Tip], ...]] = {
    "clocks.mark_complex": (
        _require_running,
        _require_not_recorded(DecisionKind.COMPLEX),
        _require_not_suspended,
        _require_clock_changed_by(DecisionKind.COMPLEX),
    ),
    "clocks.extend": (
        _require_running,
        _require_complex,
        _require_not_recorded(DecisionKind.EXTENDED),
        _require_not_suspended,
        _require_clock_changed_by(DecisionKind.EXTENDED),
    ),
    "clocks.suspend": (_require_running, _require_not_suspended, _require_suspendable),
    "clocks.revoke_suspension": (_require_running, _require_suspended),
    "clocks.record_notice": (_NOTICE,),
    "clocks.record_identity_refused": (_NOTICE, _require_not_recorded(DecisionKind.IDENTITY_REFUSED)),
}
TIP_STEPS: StepChecks[Tip] = StepChecks({**_HANDLING, **_OTHERS, **_CLOCKS})
"""All steps that can be done with a tip, in the order in which they are offered."""
