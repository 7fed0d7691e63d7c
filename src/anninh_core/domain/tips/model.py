"""A tip: from a resident's message to an answered, closed case. Every transition is a pure method."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from attrs import field, frozen

from anninh_core.domain.tips.deadline_reasons import explain_clock
from anninh_core.domain.tips.deadlines import Deadline
from anninh_core.domain.tips.states import TRANSITIONS, TipState, get_state_group
from anninh_core.domain.tips.values import (
    Claim,
    ClockDecision,
    FalseMark,
    NamedPlace,
    ReporterNote,
    Settlement,
    Transfer,
    Wait,
    make_claim,
)
from anninh_core.domain.tips.views import DeadlineView, TipRow, TipView
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.kernel.ids import Pseudonyms
from anninh_core.kernel.replacing import build_replacer, evolve
from anninh_core.kernel.text import clip
from anninh_core.usecase.permissions.supervisor_lock import SupervisorLock, list_lock_marks
from anninh_core.usecase.views import ViewContext, make_view

S = TipState

MAX_TEXT = 4000
"""Most characters of the reporter's text that a tip keeps; its messages keep the full text."""

BY_A_PERSON = "a person says so"
"""Reason for the unit of a tip when an officer has set it."""

_SETTLEMENT_TIMESTAMPS = frozenset({"settled", "answer_sent", "answered"})
"""Timestamps that are cleared when a tip is reopened."""


@frozen(kw_only=True)
class Tip:
    """A tip, which is a case in the officers' work.

    Attributes:
        receipt: number that the reporter can quote.
        conversation: the reporter's conversation id; "" for a caller or walk-in.
        origin: one_to_one, group, import or a value of `EntryChannel`.
        emergency_by: officer who marked it as an emergency; "" if its text did; None in tips of earlier versions, which
            didn't record it.
        text: the reporter's text, of all messages that belong to it.
        handlers: officers who work on it.
        excluded: ids of officers and marks of units (`build_unit_mark`) that may never see it; see `barred`.
        handling_unit: unit that works on it.
        moments: first times of: reception, the receipt's delivery, written notice (`notice`), assignment, settlement,
            sending of its answer (`answer_sent`), and answer.
        reopened_days: days on which it was opened again.
        answer: text of the answer to the reporter; `answer_proof` records its delivery.
        merged_into: the tip this one duplicates, or that it was joined to.
        joined: receipts of the tips that were joined to this one: they lead here.
        second_matters: ids of messages that may report a second matter; an officer decides whether to split them off.
        withdrawal_asked_at: when the reporter asked to withdraw it; None without a request, or once it was decided.
        inquiry: the inquiry it became.
        version: number of writes of the stored record; acts name the version that the officer saw.
        assigned_by: officer who assigned it last.
        transfers: its transfers to units and outside bodies, oldest first.
        claim: current claim of an officer.
        notes: what its reporter communicated outside the chat.
        open_subcases: parts of it that other units still work on.
        suggestion: category suggested from its text, "" for none; None if a person entered it, or it wasn't recorded.
        confirmed, confirmed_day: category that the first triaging officer chose after a suggestion, and when.
        decisions: papers that change or meet its clocks, in the order in which they were recorded.
        waits: periods in which a question to the reporter was unanswered, in order.
        look_first: whether its text may mean danger, though not surely enough to alarm an officer.
        place_reason: reason for its unit: the text or location that names the place, or the unit of its conversation.
        place_options: units offered to the reporter as places; () without a question, or once it is settled.
        latitude, longitude: of the location that came with its first message, in degrees of WGS 84.
        false_marks: its marks as a prank or a false report, oldest first, including removed ones.
        corrections: ids of messages in which its reporter says that it is over, or was no danger; an officer ends it.
        named_places: other places that its reporter named, oldest first.
        linked: ids of older tips of the same conversation that an officer should consider together with this one.
        incident: id of the incident that an officer joined it to, "" for none.
        answer_proof: an officer's proof that the answer was given by hand.
        clocks: its legal deadlines.
        legal_kind: kind of report by law, as the profile names it; "" if not set yet.
        place: place of the event, in words.
        lock: keeps it from the units that it accuses, until a person of the supervising unit lifts it; None for none.
        passed_over: ids of officers whom a report names as accused: the alarm's escalation passes them over as long as
            other officers can be paged. They aren't excluded.
        settlements: each time it was settled.
    """

    id: str
    receipt: str
    unit: str
    conversation: str
    origin: str
    text: str = field(repr=False)
    category: str
    urgency: str
    legal_kind: str
    received_at: datetime
    received_day: date
    state: TipState = TipState.RECEIVED
    emergency: bool = False
    place: str = field(default="", repr=False)
    handling_unit: str = ""
    handlers: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    moments: Mapping[str, datetime] = field(factory=dict)
    clocks: tuple[Deadline, ...] = ()
    question: str = field(default="", repr=False)
    settlements: tuple[Settlement, ...] = ()
    reopened_days: tuple[date, ...] = ()
    answer: str = field(default="", repr=False)
    answer_proof: str = field(default="", repr=False)
    answered_day: date | None = None
    merged_into: str = ""
    emergency_by: str | None = None
    joined: tuple[str, ...] = ()
    second_matters: tuple[str, ...] = ()
    withdrawal_asked_at: datetime | None = None
    inquiry: str = ""
    version: int = 0
    assigned_by: str = ""
    transfers: tuple[Transfer, ...] = ()
    claim: Claim | None = None
    notes: tuple[ReporterNote, ...] = ()
    open_subcases: tuple[str, ...] = ()
    suggestion: str | None = None
    confirmed: str = ""
    confirmed_day: date | None = None
    decisions: tuple[ClockDecision, ...] = ()
    waits: tuple[Wait, ...] = ()
    look_first: bool = False
    place_reason: str = field(default="", repr=False)
    place_options: tuple[str, ...] = ()
    latitude: float | None = field(default=None, repr=False)
    longitude: float | None = field(default=None, repr=False)
    false_marks: tuple[FalseMark, ...] = ()
    corrections: tuple[str, ...] = ()
    named_places: tuple[NamedPlace, ...] = ()
    linked: tuple[str, ...] = ()
    lock: SupervisorLock | None = None
    passed_over: tuple[str, ...] = ()
    incident: str = ""

    def for_handlers(self, names: Pseudonyms) -> "Tip":
        """Return the tip as officers see it, with its reporter under a pseudonym for this case only."""
        return _with_conversation(self, names(self.conversation, f"tip:{self.id}"))

    def to_row(self, context: ViewContext) -> TipRow:
        """Return the tip as a row of a list, without texts and persons."""
        return make_view(TipRow, self, deadlines=self.make_deadline_views(context))

    def to_view(self, context: ViewContext) -> TipView:
        """Return the read-only view of the tip."""
        return make_view(TipView, self, deadlines=self.make_deadline_views(context), timestamps=self.moments)

    def make_deadline_views(self, context: ViewContext) -> tuple[DeadlineView, ...]:
        """Return the read-only views of the tip's deadlines."""
        return tuple(
            clock.to_view(context, self.state, explain_clock(context.district, self, clock)) for clock in self.clocks
        )

    def withheld(self) -> "Tip":
        """Return the tip without the content that is withheld when the use of its reporter's data is restricted."""
        return evolve(self, text="", place="", question="", answer="", notes=(), latitude=None, longitude=None)

    def with_timestamp(self, moment: str, at: datetime) -> "Tip":
        """Return the tip with a timestamp; an earlier timestamp of the same name is kept."""
        return evolve(self, moments={moment: at, **self.moments})

    @property
    def waits_in_unit(self) -> bool:
        """Whether the tip was assigned to a unit alone, and waits there for an officer."""
        return self.state is S.ASSIGNED and not self.handlers

    def require_possible(self, to: TipState) -> None:
        """Check that the state machine allows the transition to the state `to`.

        Raises:
            WrongStep: the transition isn't allowed; the error names the possible states.
        """
        if to not in TRANSITIONS[self.state]:
            raise WrongStep(
                "Tip {receipt} is {state}: it can't become {next_state}. Possible next states: {allowed}.",
                receipt=self.receipt,
                state=self.state,
                next_state=to,
                allowed=tuple(sorted(TRANSITIONS[self.state])),
            )

    def moved(self, to: TipState) -> "Tip":
        """Return the tip in the state `to`; raise as `require_possible` does."""
        self.require_possible(to)
        return evolve(self, state=to)

    def triaged(self, *, unit: str, category: str, urgency: str, legal_kind: str, place: str) -> "Tip":
        """Return the tip with a person's triage."""
        placed = self if unit == self.unit else self.placed(unit, BY_A_PERSON)
        return evolve(placed.moved(S.TRIAGED), category=category, urgency=urgency, legal_kind=legal_kind, place=place)

    def confirmed_as(self, category: str, day: date) -> "Tip":
        """Return the tip with the category that a person chose after a suggestion; only the first triage counts."""
        if self.suggestion is None or self.confirmed_day is not None:
            return self
        return evolve(self, confirmed=category, confirmed_day=day)

    def placed(self, unit: str, reason: str) -> "Tip":
        """Return the tip placed in the unit where it happened, with the reason; an open question for the place ends.

        A locked tip stays with the supervising unit, and goes there once the lock is lifted.
        """
        if self.lock is not None and self.lock.is_active:
            return evolve(self, lock=evolve(self.lock, place=unit), place_reason=reason, place_options=())
        return evolve(self, unit=unit, place_reason=reason, place_options=())

    @property
    def is_locked(self) -> bool:
        """Whether a supervisor lock keeps the tip from the units that it accuses."""
        return self.lock is not None and self.lock.is_active

    @property
    def barred(self) -> tuple[str, ...]:
        """Ids of officers and marks of units that may not see the tip now, since a conflict of interest or its lock
        excludes them.
        """
        return tuple(dict.fromkeys((*self.excluded, *list_lock_marks(self.lock))))

    def locked(self, lock: SupervisorLock, root: str) -> "Tip":
        """Return the tip under a lock: it belongs to the supervising unit, or to the root if there is none."""
        return evolve(self, lock=lock, unit=lock.supervisor or root)

    def with_lock_confirmed(self, by: str, at: datetime, reason: str, units: tuple[str, ...]) -> "Tip":
        """Return the tip after a person confirmed its lock, and perhaps named accused units."""
        lock = self._require_lock()
        return evolve(self, lock=lock.with_accused((), units).confirmed(by, at, reason))

    def with_lock_lifted(self, by: str, at: datetime, reason: str) -> "Tip":
        """Return the tip after a person lifted its lock: it belongs to the unit where it happened."""
        lock = self._require_lock()
        return evolve(self, lock=lock.lifted(by, at, reason), unit=lock.place)

    def _require_lock(self) -> SupervisorLock:
        if self.lock is None or not self.lock.is_active:
            raise WrongStep("Tip {receipt} isn't locked for its supervisor.", receipt=self.receipt)
        return self.lock

    def asking_place(self, options: tuple[str, ...]) -> "Tip":
        """Return the tip after its reporter was asked to choose its place from some units."""
        return evolve(self, place_options=options)

    def split_again(self, day: date) -> "Tip":
        """Return a tip that was merged by mistake, open again and a case of its own.

        Raises:
            WrongStep: it isn't merged into any other.
        """
        self.require_merged()
        return self.reopened(day)

    def require_merged(self) -> None:
        """Check that the tip is merged into another tip; raise as `split_again` does."""
        if not self.merged_into:
            raise WrongStep(
                "Tip {receipt} isn't merged into another tip, so there is nothing to split off.", receipt=self.receipt
            )
        self.require_possible(S.REOPENED)

    @property
    def point(self) -> tuple[float, float] | None:
        """The location that came with the tip, or None."""
        return None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude)

    def assigned(self, unit: str, handlers: tuple[str, ...]) -> "Tip":
        """Return the tip assigned to a unit and, if named, to officers; this ends a waiting transfer.

        Raises:
            BadInput: an officer is excluded from it.
            WrongStep: as `require_possible`.
        """
        barred = sorted(set(handlers) & set(self.barred))
        if barred:
            raise BadInput(
                "Officer {officer} is excluded from tip {receipt} by a conflict of interest: choose another officer.",
                officer=barred[0],
                receipt=self.receipt,
            )
        claim = self.claim if self.claim is not None and self.claim.by in handlers else None
        return evolve(self.moved(S.ASSIGNED), handling_unit=unit, handlers=handlers, claim=claim)

    def asking(self, question: str) -> "Tip":
        """Return the tip waiting for the reporter's answer to a question.

        Raises:
            BadInput: the question is empty.
        """
        if not question.strip():
            raise BadInput("The question to the reporter is empty: write it.")
        return evolve(self.moved(S.WAITING), question=question)

    def reporter_replied(self) -> "Tip":
        """Return the tip after the reporter wrote again: a waiting tip resumes, other states stay."""
        if self.state is not S.WAITING:
            return self
        return evolve(self.moved(S.VERIFYING if self.handlers else S.TRIAGED), question="")

    def with_words(self, text: str) -> "Tip":
        """Return the tip with further text of its reporter."""
        return self.with_only_words((self.text, text))

    def with_only_words(self, texts: Sequence[str]) -> "Tip":
        """Return the tip with only the texts of these messages, oldest first, cut to `MAX_TEXT`."""
        return evolve(self, text=clip("\n".join(text for text in texts if text.strip()), MAX_TEXT))

    def withdrawal_asked(self, at: datetime) -> "Tip":
        """Return the tip after its reporter asked to withdraw it; the time of an earlier request stays."""
        return evolve(self, withdrawal_asked_at=self.withdrawal_asked_at or at)

    def with_second_matter(self, message: str) -> "Tip":
        """Return the tip with a message that may report another matter."""
        return evolve(self, second_matters=(*self.second_matters, message))

    def with_correction(self, message: str) -> "Tip":
        """Return the tip with a message that says that it is over, or was no danger."""
        return evolve(self, corrections=(*self.corrections, message))

    def with_named_place(self, place: NamedPlace) -> "Tip":
        """Return the tip with another place that its reporter named; a place named before is ignored."""
        is_known = any((other.unit, other.how) == (place.unit, place.how) for other in self.named_places)
        return self if is_known else evolve(self, named_places=(*self.named_places, place))

    def raised(self, category: str, legal_kind: str) -> "Tip":
        """Return the tip as an emergency because of its reporter's text.

        Args:
            category: category of the danger; used if the tip has none and hasn't been triaged by a person.
            legal_kind: default legal kind of this category.
        """
        by = self.emergency_by if self.emergency else ""
        raised = evolve(self, emergency=True, urgency="serious", emergency_by=by)
        if not self.category and self.state is S.RECEIVED and category:
            return evolve(raised, category=category, suggestion=category, legal_kind=legal_kind)
        return raised

    def joined_to(self, into: str) -> "Tip":
        """Return the tip joined to another tip, which has its text now and which its receipt leads to."""
        return evolve(
            self.moved(S.JOINED),
            text="",
            question="",
            merged_into=into,
            handlers=(),
            second_matters=(),
            withdrawal_asked_at=None,
        )

    def settled(
        self,
        outcome: TipState,
        answer: str,
        day: date,
        *,
        in_time: bool,
        valuable: bool = False,
        into: str = "",
        to: str = "",
        by: str = "",
        reason: str = "",
        evidence: str = "",
    ) -> "Tip":
        """Return the tip with an outcome and the answer to the reporter.

        Raises:
            BadInput: the answer is empty, unless the tip is withdrawn.
            WrongStep: as `require_possible`.
        """
        if not answer.strip() and outcome is not S.WITHDRAWN:
            raise BadInput(
                "Tip {receipt} can't be settled without an answer for the reporter: write it.", receipt=self.receipt
            )
        settlement = Settlement(
            outcome=outcome,
            day=day,
            in_time=in_time,
            valuable=valuable,
            to=to,
            by=by,
            reason=reason,
            evidence=evidence,
        )
        settlements = (*self.settlements, settlement)
        return evolve(self.moved(outcome), answer=answer, settlements=settlements, merged_into=into, claim=None)

    def answered(self, proof: str, day: date) -> "Tip":
        """Return the tip after its reporter is known to have got the answer."""
        return evolve(self.moved(S.ANSWERED), answer_proof=proof, answered_day=day)

    def reopened(self, day: date) -> "Tip":
        """Return the tip reopened, without the answer and the timestamps of its settlement."""
        timestamps = {moment: at for moment, at in self.moments.items() if moment not in _SETTLEMENT_TIMESTAMPS}
        days = (*self.reopened_days, day)
        return evolve(
            self.moved(S.REOPENED), moments=timestamps, reopened_days=days, answer="", answer_proof="", merged_into=""
        )

    def became(self, inquiry: str) -> "Tip":
        """Return the tip converted to an inquiry; a tip that was settled before can't be, as it was counted as a
        tip.
        """
        self.require_convertible()
        return evolve(self.moved(S.BECAME_INQUIRY), inquiry=inquiry, handlers=(), question="", withdrawal_asked_at=None)

    def require_convertible(self) -> None:
        """Check that the tip can be converted to an inquiry.

        Raises:
            WrongStep: it was settled as a tip, or its state doesn't allow it.
        """
        if self.settlements:
            raise WrongStep(
                "Tip {receipt} was settled as a tip before, so it can't become a question: settle it again.",
                receipt=self.receipt,
            )
        self.require_possible(S.BECAME_INQUIRY)

    @property
    def waiting_transfer(self) -> Transfer | None:
        """The transfer that a unit has not yet accepted or returned; None while the tip isn't open."""
        return self.transfers[-1] if self.is_open and self.transfers and self.transfers[-1].is_waiting else None

    def with_last_transfer(self, transfer: Transfer) -> "Tip":
        """Return the tip with its last transfer replaced."""
        return evolve(self, transfers=(*self.transfers[:-1], transfer))

    def with_claim_renewed(self, officer: str, at: datetime, span: timedelta) -> "Tip":
        """Return the tip after an act of an officer: for an open emergency it renews the officer's claim.

        Without a running claim, an act of an officer to whom it is assigned is a claim.
        """
        claim = self.find_running_claim(at)
        if not (self.emergency and self.is_open):
            return self
        if claim is not None:
            return evolve(self, claim=claim.renewed(at, span)) if claim.by == officer else self
        return evolve(self, claim=make_claim(officer, at, span, None)) if officer in self.handlers else self

    def find_running_claim(self, at: datetime) -> Claim | None:
        """Return the claim that is running at a given time, or None."""
        return self.claim if self.claim is not None and self.claim.until > at and self.is_open else None

    @property
    def ended_on(self) -> date | None:
        """The day on which all work was done and answered; None while work, an answer or a reopening decision is
        owed.
        """
        if self.state in (S.JOINED, S.BECAME_INQUIRY):
            return self.received_day  # The text of the tip is kept with the case that took it in.
        if self.lock is not None and self.lock.is_active and self.lock.is_outside:
            # The reporter was referred to the office outside; no officer of the district may work on the tip.
            return self.received_day
        if self.state not in (S.ANSWERED, S.CLOSED):
            return None
        days = [settlement.day for settlement in self.settlements]
        if self.answered_day:
            days.append(self.answered_day)
        return max(days) if days else self.received_day

    @property
    def next_deadline(self) -> Deadline | None:
        """The running deadline that is due first; None if no deadline runs, or work is over."""
        running = (
            [clock for clock in self.clocks if clock.met_at is None and clock.stopped_at is None]
            if self.is_open
            else []
        )
        return min(running, key=lambda clock: clock.due, default=None)

    @property
    def next_due(self) -> datetime | None:
        """The time at which the tip's next deadline is due, or None."""
        return self.next_deadline.due if self.next_deadline else None

    @property
    def next_rule(self) -> str:
        """Id of the deadline rule of the tip's next deadline, "" for none."""
        return self.next_deadline.rule if self.next_deadline else ""

    @property
    def has_chat(self) -> bool:
        """Whether the tip's reporter wrote in a chat, and can be written to."""
        return bool(self.conversation)

    @property
    def false_mark(self) -> FalseMark | None:
        """The mark as a prank or a false report that counts now; None if it was removed, or the tip was settled again
        or is open.
        """
        last = self.false_marks[-1] if self.false_marks else None
        counts = last is not None and not last.cleared_by and last.settlement == len(self.settlements)
        return last if counts and not self.is_open else None

    @property
    def is_open(self) -> bool:
        """Whether work on the tip is still owed."""
        return get_state_group(self.state) in ("open", "waiting")


_with_conversation = build_replacer(Tip, "conversation")
