"""What of tips may leave: neither whose they are, nor who is kept away, nor how an answer is known to have arrived.

Words leave with a tip that is opened alone (`TipView`), not in lists and not with what a command answers (`TipRow`).
How a deadline stands is told by the moment at which it was asked for: a page that stays open counts on from `due`.
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
        rule: id of the deadline rule; `rule_name` what the profile calls it, the id where it has it no more.
        state: how it stood when it was asked for, warnings included.
        seconds_left: from then to `due`, negative once it is over; None where it was met or stands still.
        is_owed: whether it asks something of somebody; of a case that is over, none does.
        why: sentences that say why it ends, or stands still, otherwise than by its rule; "" where nothing changed it.
        due: the last moment in time, by the later reading; `target` by the earlier one, to work by, if it is known.
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
    """A time in which the reporter was asked and hadn't answered; `end` is None while they are waited for."""

    start: datetime
    end: datetime | None


@view
class SettlementView:
    """One end of the work on a tip; after a reopening there may be another. Fields are as in `Settlement`."""

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
        unit: id of the unit, and `before` that of the unit in which the case was.
        how: as a correction, as a direction, or without a word what for.
    """

    unit: str
    how: PlaceChange
    at: datetime
    before: str
    reason: str


@view
class TransferView:
    """One way of a tip into other hands, and back if it came back. Other fields are as in `Transfer`.

    Attributes:
        by: id of the officer who sent it; `accepted_by` who took it, "" before.
        is_waiting: whether a unit has still to accept or return it.
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
    """What says that a case was found to be a prank or a false report, who stands for it, and who took it back."""

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
    """An officer's statement to have a tip, which expires. Other fields are as in `Claim`.

    Attributes:
        until: when it expires, or did: it is shown until the tip is over, or another one takes its place.
    """

    by: str
    until: datetime
    at: datetime | None


@view
class ReporterNoteView:
    """What a reporter said to an officer, by which way, in the officer's words."""

    by: str
    at: datetime
    how: str
    words: str


@view(listed=("receipt", "received_day", "state", "category", "unit", "next_due"))
class TipRow:
    """A tip in a list: where it is, in whose hands and until when, without its words.

    Other fields are as in `Tip`.

    Attributes:
        has_chat: whether its reporter can be written to; how and who is in no view.
        handlers: ids of the officers who work on it.
        received_at, received_day: when, and on which day in the district's time zone.
        is_open: whether somebody still owes work on it.
        next_due: the end of the first deadline that runs, None where none does; `next_rule` which that is.
        merged_into: id of the tip that this one duplicates, or that it was joined to.
        inquiry: id of the inquiry it became.
        open_subcases: ids of parts of it that other units still work on.
        false_mark: what says that it is a prank or a false report, None where nothing does.
        deadlines: its legal deadlines.
        next_rule: id of the rule whose deadline ends first; "" for none.
        lock: keeps it from the units that it accuses, lifted ones included; None for none.
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
    """A tip that is opened alone, with its words. Other fields are as in `Tip`.

    Attributes:
        emergency_by: id of the officer who marked it as an emergency; "" where its words did, None where nobody knows.
        question: what its reporter is asked and hasn't answered.
        timestamps: when it first was received, assigned, settled, answered and so on, by name.
        ended_on: the day on which all was done and told; None while anything is owed.
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
    """A part of a tip that another unit works on, in a list, without its words.

    Other fields are as in `Subcase`.

    Attributes:
        tip, receipt: of the tip.
        officers: ids of those who work on it in the unit.
        is_open: whether the unit still owes something.
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
    """A part of a tip that is opened alone: what was asked, where, and what came of it."""

    asked: str
    place: str
    result: str


@view
class Exclusion:
    """Somebody who is kept away from a tip by a conflict of interest.

    Attributes:
        officer: id of an officer; "" for a whole unit.
        unit: id of a unit whose people are all kept away; "" for one officer.
        reason, by, at: why, and who decided that when; "", "" and None where it came with another tip, or was decided
            before that was noted.
    """

    officer: str
    unit: str
    reason: str
    by: str
    at: datetime | None
