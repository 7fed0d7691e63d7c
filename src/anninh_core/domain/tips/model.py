"""A tip: from a resident's words to an answered, closed case. Every transition is a pure method."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from attrs import field, frozen

from anninh_core.domain.tips.deadline_reasons import explain_clock
from anninh_core.domain.tips.deadlines import Deadline
from anninh_core.domain.tips.states import TRANSITIONS, TipState, state_type
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
from anninh_core.kernel.replacing import evolve, replacer
from anninh_core.kernel.text import clip
from anninh_core.usecase.permissions.supervisor_lock import SupervisorLock, marks_of_lock
from anninh_core.usecase.views import ViewContext, make_view

S = TipState

MAX_TEXT = 4000
"""Characters of its reporter's words that a tip holds; the messages have them all."""

BY_A_PERSON = "a person says so"
"""Why a tip lies in a unit that an officer has set."""

_SETTLEMENT_TIMESTAMPS = frozenset({"settled", "answer_sent", "answered"})
"""Timestamps that are cleared when a tip is reopened."""


@frozen(kw_only=True)
class Tip:
    """A case.

    Attributes:
        receipt: number that the reporter can quote.
        conversation: the reporter's conversation id; "" for a caller or walk-in.
        origin: one_to_one, group, import or a value of `EntryChannel`.
        emergency_by: officer who marked it as an emergency; "" where its words did; None in tips of earlier versions,
            of which nobody knows.
        text: the reporter's words, of all messages that belong to it.
        handlers: officers who work on it.
        excluded: who may never see it: ids of officers, and marks of units (`unit_mark`); see `barred`.
        handling_unit: who works on it.
        moments: when it first was received, its reporter had the receipt, had written notice (`notice`), it was
            assigned, settled, answered, and when its answer was put on its way (`answer_sent`).
        reopened_days: days on which it was opened again.
        answer: what the reporter is told; `answer_proof` says how it is known to have arrived.
        merged_into: the tip this one duplicates, or that it was joined to.
        joined: receipts of the tips that were joined to this one: they lead here.
        second_matters: ids of messages that may tell of a second matter; an officer splits them off, or leaves them.
        withdrawal_asked_at: when the reporter asked to take it back; None where they didn't, or it was decided.
        inquiry: the inquiry it became.
        version: of the stored record: how often it was written; what an act names as the one that was seen.
        assigned_by: officer who assigned it last.
        transfers: into whose hands it went, oldest first.
        claim: who looks after it for now.
        notes: what its reporter said by another way than a chat.
        open_subcases: parts of it that other units still work on.
        suggestion: category that its words suggested, "" for none; None where a person entered it, or nobody knows.
        confirmed, confirmed_day: category that the officer chose who first triaged it, beside a suggestion, and when.
        decisions: papers that change or meet its clocks, in the order in which they were recorded.
        waits: times in which the reporter was asked and hadn't answered, in order.
        look_first: whether its words may mean danger, though not surely enough to alarm anybody.
        place_reason: why it lies in its unit: the words or the location that tell, or what its conversation belongs to.
        place_options: units that its reporter was asked to choose from; () where nobody was, or once it is settled.
        latitude, longitude: of the location that came with its first words, in degrees of WGS 84.
        false_marks: what said that it is a prank or a false report, oldest first, those taken back included.
        corrections: ids of messages in which its reporter says that it is over, or was no danger; an officer ends it.
        named_places: other places that its reporter named, oldest first.
        linked: ids of older tips of the same conversation that an officer should look at together with this one.
        incident: id of the incident that an officer joined it to, "" for none.
        answer_proof: by what an officer showed that the answer was given by hand.
        clocks: its legal deadlines.
        legal_kind: which kind of report it is by law, as the profile names it; "" where nobody has said.
        place: where it happened, in words.
        lock: keeps it from the units that it accuses, until a person of the supervising unit lifts it; None for none.
        passed_over: ids of officers whom a report names as accused: the ladder passes them over as long as others can
            be paged. It excludes nobody.
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
        """Return the tip as officers see it: whose it is stands under a name of this case alone."""
        return _with_conversation(self, names(self.conversation, f"tip:{self.id}"))

    def to_row(self, context: ViewContext) -> TipRow:
        """Return what may leave in a list: no words, and nobody."""
        return make_view(TipRow, self, deadlines=self.view_deadlines(context))

    def to_view(self, context: ViewContext) -> TipView:
        """Return what may leave of one that is opened alone."""
        return make_view(TipView, self, deadlines=self.view_deadlines(context), timestamps=self.moments)

    def view_deadlines(self, context: ViewContext) -> tuple[DeadlineView, ...]:
        """Return what may leave of its deadlines."""
        return tuple(
            clock.to_view(context, self.state, explain_clock(context.district, self, clock)) for clock in self.clocks
        )

    def withheld(self) -> "Tip":
        """Return what is shown of a tip whose reporter's data aren't used."""
        return evolve(self, text="", place="", question="", answer="", notes=(), latitude=None, longitude=None)

    def with_timestamp(self, moment: str, at: datetime) -> "Tip":
        """Return the tip with a timestamp; an earlier one of the same name is kept."""
        return evolve(self, moments={moment: at, **self.moments})

    @property
    def waits_in_unit(self) -> bool:
        """Whether it was assigned to a unit alone, and waits there for an officer."""
        return self.state is S.ASSIGNED and not self.handlers

    def require_possible(self, to: TipState) -> None:
        """Check that the state machine leads to a state.

        Raises:
            WrongStep: it doesn't; names the states that it leads to.
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
        """Return the tip in another state; raises as `require_possible`."""
        self.require_possible(to)
        return evolve(self, state=to)

    def triaged(self, *, unit: str, category: str, urgency: str, legal_kind: str, place: str) -> "Tip":
        """Return the tip with what a person made of it."""
        placed = self if unit == self.unit else self.placed(unit, BY_A_PERSON)
        return evolve(placed.moved(S.TRIAGED), category=category, urgency=urgency, legal_kind=legal_kind, place=place)

    def confirmed_as(self, category: str, day: date) -> "Tip":
        """Return the tip with what a person made of the suggestion; only the first triage is an answer to it."""
        if self.suggestion is None or self.confirmed_day is not None:
            return self
        return evolve(self, confirmed=category, confirmed_day=day)

    def placed(self, unit: str, reason: str) -> "Tip":
        """Return the tip in the unit where it happened, and why that is known; nobody is asked any more.

        A locked one stays with the supervising unit, and goes there once the lock is lifted.
        """
        if self.lock is not None and self.lock.is_active:
            return evolve(self, lock=evolve(self.lock, place=unit), place_reason=reason, place_options=())
        return evolve(self, unit=unit, place_reason=reason, place_options=())

    @property
    def is_locked(self) -> bool:
        """Whether a supervisor lock keeps it from the units that it accuses."""
        return self.lock is not None and self.lock.is_active

    @property
    def barred(self) -> tuple[str, ...]:
        """Who may not see it now: whom a conflict of interest excludes, and whom its lock keeps away."""
        return tuple(dict.fromkeys((*self.excluded, *marks_of_lock(self.lock))))

    def locked(self, lock: SupervisorLock, root: str) -> "Tip":
        """Return the tip under a lock: it belongs to the supervising unit, else to the root."""
        return evolve(self, lock=lock, unit=lock.supervisor or root)

    def with_lock_confirmed(self, by: str, at: datetime, reason: str, units: tuple[str, ...]) -> "Tip":
        """Return the tip whose lock a person confirmed, who may name the accused units."""
        lock = self._require_lock()
        return evolve(self, lock=lock.with_accused((), units).confirmed(by, at, reason))

    def with_lock_lifted(self, by: str, at: datetime, reason: str) -> "Tip":
        """Return the tip whose lock a person lifted: it belongs where it happened."""
        lock = self._require_lock()
        return evolve(self, lock=lock.lifted(by, at, reason), unit=lock.place)

    def _require_lock(self) -> SupervisorLock:
        if self.lock is None or not self.lock.is_active:
            raise WrongStep("Tip {receipt} isn't locked for its supervisor.", receipt=self.receipt)
        return self.lock

    def asking_place(self, options: tuple[str, ...]) -> "Tip":
        """Return the tip whose reporter was asked which of some units it is about."""
        return evolve(self, place_options=options)

    def split_again(self, day: date) -> "Tip":
        """Return a tip that was merged by mistake, open again and a case of its own.

        Raises:
            WrongStep: it isn't merged into any other.
        """
        self.require_merged()
        return self.reopened(day)

    def require_merged(self) -> None:
        """Check that it is merged into another one; raises as `split_again`."""
        if not self.merged_into:
            raise WrongStep(
                "Tip {receipt} isn't merged into another tip, so there is nothing to split off.", receipt=self.receipt
            )
        self.require_possible(S.REOPENED)

    @property
    def point(self) -> tuple[float, float] | None:
        """The location that came with it, or None."""
        return None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude)

    def assigned(self, unit: str, handlers: tuple[str, ...]) -> "Tip":
        """Return the tip assigned to a unit and, if named, to officers; a transfer that waits is over by it."""
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
        """Return the tip waiting for the reporter."""
        if not question.strip():
            raise BadInput("The question to the reporter is empty: write it.")
        return evolve(self.moved(S.WAITING), question=question)

    def heard_again(self) -> "Tip":
        """Return the tip after the reporter wrote again: a waiting one goes on, others only gain a message."""
        if self.state is not S.WAITING:
            return self
        return evolve(self.moved(S.VERIFYING if self.handlers else S.TRIAGED), question="")

    def with_words(self, text: str) -> "Tip":
        """Return the tip whose reporter told more."""
        return self.with_only_words((self.text, text))

    def with_only_words(self, texts: Sequence[str]) -> "Tip":
        """Return the tip with the words of its messages, oldest first; very long ones are cut."""
        return evolve(self, text=clip("\n".join(text for text in texts if text.strip()), MAX_TEXT))

    def withdrawal_asked(self, at: datetime) -> "Tip":
        """Return the tip whose reporter asked to take it back; an earlier request stays."""
        return evolve(self, withdrawal_asked_at=self.withdrawal_asked_at or at)

    def with_second_matter(self, message: str) -> "Tip":
        """Return the tip with a message that may tell of another matter."""
        return evolve(self, second_matters=(*self.second_matters, message))

    def with_correction(self, message: str) -> "Tip":
        """Return the tip with a message that says that it is over, or was no danger."""
        return evolve(self, corrections=(*self.corrections, message))

    def with_named_place(self, place: NamedPlace) -> "Tip":
        """Return the tip with another place that its reporter named; the same one named again changes nothing."""
        known = any((named.unit, named.how) == (place.unit, place.how) for named in self.named_places)
        return self if known else evolve(self, named_places=(*self.named_places, place))

    def raised(self, category: str, legal_kind: str) -> "Tip":
        """Return the tip as an emergency by its reporter's words.

        Args:
            category: what the danger is; it is taken over where the tip has none and no person has looked at it.
            legal_kind: what a tip of this category starts with.
        """
        by = self.emergency_by if self.emergency else ""
        raised = evolve(self, emergency=True, urgency="serious", emergency_by=by)
        if not self.category and self.state is S.RECEIVED and category:
            return evolve(raised, category=category, suggestion=category, legal_kind=legal_kind)
        return raised

    def joined_to(self, into: str) -> "Tip":
        """Return the tip that was joined to another: its number leads there, its words are there."""
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
        """Return the tip with an outcome and the words for the reporter."""
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
        """Return the tip whose reporter is known to have been told."""
        return evolve(self.moved(S.ANSWERED), answer_proof=proof, answered_day=day)

    def reopened(self, day: date) -> "Tip":
        """Return the tip opened again."""
        timestamps = {moment: at for moment, at in self.moments.items() if moment not in _SETTLEMENT_TIMESTAMPS}
        days = (*self.reopened_days, day)
        return evolve(
            self.moved(S.REOPENED), moments=timestamps, reopened_days=days, answer="", answer_proof="", merged_into=""
        )

    def became(self, inquiry: str) -> "Tip":
        """Return the tip that turned out to be a question; one that was settled before has been reported as a tip."""
        self.require_unsettled_question()
        return evolve(self.moved(S.BECAME_INQUIRY), inquiry=inquiry, handlers=(), question="", withdrawal_asked_at=None)

    def require_unsettled_question(self) -> None:
        """Check that it can turn out to be a question.

        Raises:
            WrongStep: it was settled as a tip, or its state doesn't lead there.
        """
        if self.settlements:
            raise WrongStep(
                "Tip {receipt} was settled as a tip before, so it can't become a question: settle it again.",
                receipt=self.receipt,
            )
        self.require_possible(S.BECAME_INQUIRY)

    @property
    def waiting_transfer(self) -> Transfer | None:
        """The transfer that a unit has still to accept or return; none while the tip isn't open."""
        return self.transfers[-1] if self.is_open and self.transfers and self.transfers[-1].is_waiting else None

    def with_last_transfer(self, transfer: Transfer) -> "Tip":
        """Return the tip with its last transfer as it has become."""
        return evolve(self, transfers=(*self.transfers[:-1], transfer))

    def with_claim_renewed(self, officer: str, at: datetime, span: timedelta) -> "Tip":
        """Return the tip after an act of an officer: of an emergency it renews the officer's claim.

        Where nobody has claimed it, an act of an officer to whom it is assigned is a claim.
        """
        claim = self.claim_at(at)
        if not (self.emergency and self.is_open):
            return self
        if claim is not None:
            return evolve(self, claim=claim.renewed(at, span)) if claim.by == officer else self
        return evolve(self, claim=make_claim(officer, at, span, None)) if officer in self.handlers else self

    def claim_at(self, at: datetime) -> Claim | None:
        """Return the running claim, or None."""
        return self.claim if self.claim is not None and self.claim.until > at and self.is_open else None

    @property
    def ended_on(self) -> date | None:
        """The day on which all was done and told; None while anything is owed, a reopening asked for included."""
        if self.state in (S.JOINED, S.BECAME_INQUIRY):
            return self.received_day  # its words are kept with the case that took it in
        if self.lock is not None and self.lock.is_active and self.lock.is_outside:
            return self.received_day  # its reporter was pointed to the office outside; nobody here may work on it
        if self.state not in (S.ANSWERED, S.CLOSED):
            return None
        days = [settlement.day for settlement in self.settlements]
        if self.answered_day:
            days.append(self.answered_day)
        return max(days) if days else self.received_day

    @property
    def next_deadline(self) -> Deadline | None:
        """The first deadline that runs; None where none does, or work is over."""
        running = [one for one in self.clocks if one.met_at is None and one.stopped_at is None] if self.is_open else []
        return min(running, key=lambda one: one.due, default=None)

    @property
    def next_due(self) -> datetime | None:
        """When that ends."""
        return self.next_deadline.due if self.next_deadline else None

    @property
    def next_rule(self) -> str:
        """Which that is, "" for none."""
        return self.next_deadline.rule if self.next_deadline else ""

    @property
    def has_chat(self) -> bool:
        """Whether its reporter wrote in a chat, and can be written to."""
        return bool(self.conversation)

    @property
    def false_mark(self) -> FalseMark | None:
        """What says that it is a prank or a false report; None where nothing does, or not any more."""
        last = self.false_marks[-1] if self.false_marks else None
        stands = last is not None and not last.cleared_by and last.settlement == len(self.settlements)
        return last if stands and not self.is_open else None

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes work on it."""
        return state_type(self.state) in ("open", "waiting")


_with_conversation = replacer(Tip, "conversation")
