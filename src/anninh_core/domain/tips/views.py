"""Read-only views of tips, without the reporter, the excluded officers, and the proof that an answer was delivered.

Texts are only in the view of a single tip (`TipView`), not in lists and results of commands (`TipRow`). The state of a
deadline is that at the moment of the query: a page that stays open counts on from `due`.
"""

from collections.abc import Mapping
from datetime import date, datetime

from anninh_core.domain.tips.states import DeadlineState, DecisionKind, PlaceChange, SubcaseState, TipState
from anninh_core.usecase.permissions.supervisor_lock import SupervisorLockView
from anninh_core.usecase.views import view


@view(listed=("rule_name", "state", "due", "why"))
class DeadlineView:
    """One legal deadline of a tip. Other fields are as in `Deadline`.

    Attributes:
        rule: id of the deadline rule; `rule_name` its name in the profile, or the id if the profile no longer has it.
        state: its state at the moment of the query, warnings included.
        seconds_left: from then to `due`, negative once it is over; None if it was met or is stopped.
        is_owed: whether it still requires work; False for all deadlines of a case that is over.
        why: sentences that explain why it ends, or is stopped, differently from its rule; "" if nothing changed it.
        due: last moment in time, in the later reading; `target` in the earlier reading, to work by, if known.
    """

    rule: str
    rule_name: str
    state: DeadlineState
    seconds_left: int | None
    is_owed: bool
    due: datetime
    target: datetime | None
    met_at: datetime | None
    stopped_at: datetime | None
    suspended: bool
    is_met_in_time: bool
    leaves_calendar: bool
    why: str


@view
class ClockDecisionView:
    """A paper that changes or meets a deadline, as an officer recorded it; fields as in `ClockDecision`."""

    kind: DecisionKind
    day: date
    recorded_at: datetime
    body: str
    number: str
    months: int
    asked_on: date | None
    reason: str


@view
class WaitView:
    """A period in which a question to the reporter was unanswered; `end` is None while the answer is awaited."""

    start: datetime
    end: datetime | None


@view
class SettlementView:
    """The end of the work on a tip, with its outcome; after a reopening there may be another. Fields are as in
    `Settlement`.
    """

    outcome: TipState
    day: date
    in_time: bool
    valuable: bool
    to: str
    by: str
    reason: str
    evidence: str


@view
class NamedPlaceView:
    """Another place that a reporter named for a case. Other fields are as in `NamedPlace`.

    Attributes:
        unit: id of the unit, and `before` that of the unit of the case before.
        how: as a correction, as a direction, or without a reason.
    """

    unit: str
    how: PlaceChange
    at: datetime
    before: str
    reason: str


@view
class TransferView:
    """A transfer of a tip to another unit or an outside body, and its return, if any. Other fields are as in
    `Transfer`.

    Attributes:
        by: id of the officer who sent it; `accepted_by` of the officer who accepted it, "" before.
        is_waiting: whether a unit has yet to accept or return it.
    """

    to: str
    inside: bool
    came_from: str
    by: str
    at: datetime
    reason: str
    number: str
    summary: str
    accepted_at: datetime | None
    accepted_by: str
    returned_on: date | None
    return_reason: str
    is_waiting: bool


@view
class FalseMarkView:
    """A mark of a case as a prank or a false report, with the officers who set, confirmed and removed it."""

    reason: str
    by: str
    at: datetime
    day: date
    settlement: int
    confirmed_by: str
    confirmed_at: datetime | None
    cleared_by: str
    cleared_at: datetime | None


@view
class ClaimView:
    """An officer's claim on a tip, which expires. Other fields are as in `Claim`.

    Attributes:
        until: time of expiry, also if it is past: a claim is shown until the tip is over, or another claim replaces it.
    """

    by: str
    until: datetime
    at: datetime | None


@view
class ReporterNoteView:
    """A reporter's communication to an officer outside the chat, with its channel, in the officer's words."""

    by: str
    at: datetime
    how: str
    words: str


@view(listed=("receipt", "received_day", "state", "category", "unit", "next_due"))
class TipRow:
    """A tip in a list: its state, units, officers and deadlines, without its texts.

    Other fields are as in `Tip`.

    Attributes:
        has_chat: whether its reporter can be sent messages; their identity and address are in no view.
        handlers: ids of the officers who work on it.
        received_at, received_day: moment of reception, and its day in the district's time zone.
        is_open: whether work on it is still owed.
        next_due: end of the first running deadline, None if no deadline runs; `next_rule` is its rule.
        merged_into: id of the tip that this one duplicates, or that it was joined to.
        inquiry: id of the inquiry it became.
        open_subcases: ids of parts of it that other units still work on.
        false_mark: its mark as a prank or a false report that counts now, or None.
        deadlines: its legal deadlines.
        next_rule: id of the rule of the first running deadline; "" for none.
        lock: keeps it from the units that it accuses, lifted locks included; None for none.
    """

    id: str
    version: int
    receipt: str
    unit: str
    handling_unit: str
    handlers: tuple[str, ...]
    state: TipState
    is_open: bool
    category: str
    urgency: str
    legal_kind: str
    origin: str
    has_chat: bool
    emergency: bool
    look_first: bool
    received_at: datetime
    received_day: date
    next_due: datetime | None
    next_rule: str
    deadlines: tuple[DeadlineView, ...]
    claim: ClaimView | None
    withdrawal_asked_at: datetime | None
    merged_into: str
    inquiry: str
    open_subcases: tuple[str, ...]
    answered_day: date | None
    false_mark: FalseMarkView | None
    lock: SupervisorLockView | None


@view
class TipView(TipRow):
    """A single tip, with its texts. Other fields are as in `Tip`.

    Attributes:
        emergency_by: id of the officer who marked it as an emergency; "" if its text did, None if it wasn't recorded.
        question: unanswered question to its reporter.
        timestamps: first times of its reception, assignment, settlement, answer and so on, by name.
        ended_on: the day on which all work was done and answered; None while work or an answer is owed.
    """

    emergency_by: str | None
    text: str
    place: str
    place_reason: str
    place_options: tuple[str, ...]
    latitude: float | None
    longitude: float | None
    question: str
    answer: str
    timestamps: Mapping[str, datetime]
    assigned_by: str
    settlements: tuple[SettlementView, ...]
    reopened_days: tuple[date, ...]
    joined: tuple[str, ...]
    second_matters: tuple[str, ...]
    corrections: tuple[str, ...]
    named_places: tuple[NamedPlaceView, ...]
    transfers: tuple[TransferView, ...]
    notes: tuple[ReporterNoteView, ...]
    decisions: tuple[ClockDecisionView, ...]
    waits: tuple[WaitView, ...]
    suggestion: str | None
    confirmed: str
    confirmed_day: date | None
    false_marks: tuple[FalseMarkView, ...]
    ended_on: date | None


@view(listed=("id", "receipt", "asked_at", "state", "unit", "due_at"))
class SubcaseRow:
    """A part of a tip that another unit works on, in a list, without its texts.

    Other fields are as in `Subcase`.

    Attributes:
        tip, receipt: of the tip.
        officers: ids of the unit's officers who work on it.
        is_open: whether the unit still owes work.
    """

    id: str
    version: int
    tip: str
    receipt: str
    unit: str
    lead: str
    asked_by: str
    asked_at: datetime
    category: str
    urgency: str
    due_at: datetime | None
    state: SubcaseState
    is_open: bool
    officers: tuple[str, ...]
    ended_at: datetime | None


@view
class SubcaseView(SubcaseRow):
    """A single part of a tip, with its request, place and result."""

    asked: str
    place: str
    result: str


@view
class Exclusion:
    """An officer or unit excluded from a tip by a conflict of interest.

    Attributes:
        officer: id of an officer; "" for a whole unit.
        unit: id of a unit with all its officers excluded; "" for a single officer.
        reason, by, at: reason for the exclusion, the officer who decided it, and when; "", "" and None if it came from
        another tip, or was decided before this was recorded.
    """

    officer: str
    unit: str
    reason: str
    by: str
    at: datetime | None
