"""Values of a tip: settlements, transfers, claims, notes about its reporter, papers that change its deadlines, and
periods of waiting for the reporter.
"""

from datetime import date, datetime, time, timedelta

from attrs import field, frozen

from anninh_core.domain.tips.states import DecisionKind, PlaceChange, TipState
from anninh_core.domain.tips.views import (
    ClaimView,
    ClockDecisionView,
    FalseMarkView,
    NamedPlaceView,
    ReporterNoteView,
    SettlementView,
    TransferView,
    WaitView,
)
from anninh_core.kernel.dates import VIETNAM
from anninh_core.usecase.views import make_view


@frozen(kw_only=True)
class Settlement:
    """The end of the work on a tip, with its outcome; after a reopening there may be another.

    Attributes:
        outcome: the settling state.
        day: effective day in the district's time zone.
        in_time: whether no limit had run out.
        valuable: whether it helped, as judged by the officer who settled it.
        to: outside body to which the tip was transferred.
        by: officer who settled it; "" in settlements of earlier versions, and after a withdrawal by the reporter.
        reason: reason code.
        evidence: number of the document, or `message:<id>` of the picture, on which it is based.
    """

    outcome: TipState
    day: date
    in_time: bool
    valuable: bool = False
    to: str = ""
    by: str = ""
    reason: str = ""
    evidence: str = ""

    def to_view(self) -> SettlementView:
        """Return the read-only view of the settlement."""
        return make_view(SettlementView, self)


@frozen(kw_only=True)
class NamedPlace:
    """Another place that a reporter named for a case.

    Attributes:
        unit: id of the unit.
        before: unit of the case before.
        reason: the words of the message, and the rule that found the place in them.
    """

    unit: str
    how: PlaceChange
    at: datetime
    before: str
    reason: str = field(default="", repr=False)

    def to_view(self) -> NamedPlaceView:
        """Return the read-only view of a place that a reporter named."""
        return make_view(NamedPlaceView, self)


@frozen(kw_only=True)
class Transfer:
    """A transfer of a tip to another unit or an outside body, and its return, if any.

    Attributes:
        to: the unit's id, or the name of an outside body.
        inside: whether `to` is a unit of the district.
        came_from: the unit that handled it before.
        by: officer who sent it.
        reason: reason for the transfer; for an outside body the reason code of the settlement.
        number: number and symbol of the slip (phiếu chuyển); "" inside the district.
        summary: summary on the slip, in the officer's words; "" for the reporter's text, without data that identify
            them.
        accepted_at, accepted_by: when it was accepted, and the id of the accepting officer; None and "" before.
        returned_on, return_reason: when and why it was returned; None and "" if it wasn't.
        was_assigned: whether it had been assigned before: if not, its return removes the assignment.
    """

    to: str
    inside: bool
    came_from: str
    by: str
    at: datetime
    reason: str = field(default="", repr=False)
    number: str = ""
    summary: str = field(default="", repr=False)
    accepted_at: datetime | None = None
    accepted_by: str = ""
    returned_on: date | None = None
    return_reason: str = field(default="", repr=False)
    was_assigned: bool = True

    @property
    def is_waiting(self) -> bool:
        """Whether the receiving unit has yet to accept or return the transfer."""
        return self.inside and self.accepted_at is None and self.returned_on is None

    def to_view(self) -> TransferView:
        """Return the read-only view of the transfer."""
        return make_view(TransferView, self)


@frozen(kw_only=True)
class FalseMark:
    """A mark of a case as a prank or a false report.

    Attributes:
        reason: code of the profile's `[handling.false_reasons]`.
        by: officer who marked it.
        day: day of the mark in the district's time zone.
        settlement: number of the settlement that it is about, counted from 1: after a reopening the mark doesn't count.
        confirmed_by, confirmed_at: another person who confirmed it, and when; "" and None before.
        cleared_by, cleared_at: another person who removed it, and when; "" and None if it wasn't removed.
    """

    reason: str
    by: str
    at: datetime
    day: date
    settlement: int
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    cleared_by: str = ""
    cleared_at: datetime | None = None

    def to_view(self) -> FalseMarkView:
        """Return the read-only view of a case's mark as a prank or a false report."""
        return make_view(FalseMarkView, self)


@frozen(kw_only=True)
class Claim:
    """An officer's claim on a tip, which expires.

    Attributes:
        by: officer id.
        at: when it was made, or renewed by an act of the officer; None in claims of earlier versions.
        duty_ends: end of the officer's shift, which limits renewals; None if the officer isn't on a roster.
    """

    by: str
    until: datetime
    at: datetime | None = None
    duty_ends: datetime | None = None

    def renewed(self, at: datetime, span: timedelta) -> "Claim":
        """Return the claim renewed by an act of its officer."""
        return make_claim(self.by, at, span, self.duty_ends)

    def to_view(self) -> ClaimView:
        """Return the read-only view of the claim."""
        return make_view(ClaimView, self)


def make_claim(by: str, at: datetime, span: timedelta, duty_ends: datetime | None) -> Claim:
    """Return a claim that expires after `span`, or at the end of the officer's shift if that is earlier."""
    until = at + span
    return Claim(by=by, until=until if duty_ends is None else min(until, duty_ends), at=at, duty_ends=duty_ends)


@frozen(kw_only=True)
class ReporterNote:
    """What a reporter communicated to an officer outside the chat, such as by phone or at the door.

    Attributes:
        how: channel of the communication.
        words: its content, in the officer's words.
    """

    by: str
    at: datetime
    how: str = field(repr=False)
    words: str = field(repr=False)

    def to_view(self) -> ReporterNoteView:
        """Return the read-only view of what a reporter communicated outside the chat."""
        return make_view(ReporterNoteView, self)


@frozen(kw_only=True)
class ClockDecision:
    """A paper that extends or meets a legal deadline of a tip, as an officer recorded it.

    Attributes:
        body: body that decided; "" for the authority's own notice.
        number: the paper's number and symbol.
        day: the paper's date.
        months: number of months of the extension.
        asked_on: day of the request for the extension.
        reason: why there is no paper: the reason of a reporter who refused to be named.
    """

    kind: DecisionKind
    day: date
    recorded_at: datetime
    body: str = ""
    number: str = ""
    months: int = 0
    asked_on: date | None = None
    reason: str = field(default="", repr=False)

    @property
    def moment(self) -> datetime:
        """The moment at which the paper counts: the time of recording if it was recorded before noon of the paper's
        date, else noon of that day in Vietnam.
        """
        return min(self.recorded_at, datetime.combine(self.day, time(12), VIETNAM))

    def to_view(self) -> ClockDecisionView:
        """Return the read-only view of a paper that changes or meets a deadline."""
        return make_view(ClockDecisionView, self)


@frozen(kw_only=True)
class Wait:
    """A period in which a question to the reporter was unanswered.

    Attributes:
        start: when the question was asked.
        end: when work continued; None while the answer is awaited.
    """

    start: datetime
    end: datetime | None = None

    def to_view(self) -> WaitView:
        """Return the read-only view of a period of waiting for the reporter's answer."""
        return make_view(WaitView, self)
