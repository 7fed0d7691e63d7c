"""What a tip consists of: settlements, transfers, a claim, notes of its reporter, and what happened to its clocks."""

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
    """One end of the work on a tip; after a reopening there may be another.

    Attributes:
        outcome: the settling state.
        day: effective day in the district's time zone.
        in_time: whether no limit had run out.
        valuable: whether it helped, by the judgement of whoever settled it.
        to: the outside body that a transferred tip went to.
        by: officer who settled it; "" in those of earlier versions, and where the reporter took it back.
        reason: reason code.
        evidence: number of the document, or `message:<id>` of the picture, that it rests on.
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
        """Return what may leave."""
        return make_view(SettlementView, self)


@frozen(kw_only=True)
class NamedPlace:
    """Another place that a reporter named for a case.

    Attributes:
        unit: id of the unit.
        before: unit in which the case was.
        reason: the words and the rule that found it.
    """

    unit: str
    how: PlaceChange
    at: datetime
    before: str
    reason: str = field(default="", repr=False)

    def to_view(self) -> NamedPlaceView:
        """Return what may leave."""
        return make_view(NamedPlaceView, self)


@frozen(kw_only=True)
class Transfer:
    """One way of a tip into other hands, and back if it came back.

    Attributes:
        to: the unit's id, or the name of an outside body.
        inside: whether `to` is a unit of the tree.
        came_from: the unit that handled it before.
        by: officer who sent it.
        reason: why; for an outside body the reason code of the settlement.
        number: number and symbol of the slip (phiếu chuyển); "" inside the tree.
        summary: what the slip tells, in the officer's words; "" for the reporter's, without what gives them away.
        accepted_at, accepted_by: when and by whom it was taken; None and "" before.
        returned_on, return_reason: when and why it came back; None and "" where it didn't.
        was_assigned: whether it had been assigned before: else its return takes that back.
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
        """Whether a unit has still to accept or return it."""
        return self.inside and self.accepted_at is None and self.returned_on is None

    def to_view(self) -> TransferView:
        """Return what may leave."""
        return make_view(TransferView, self)


@frozen(kw_only=True)
class FalseMark:
    """What says that a case was found to be a prank or a false report.

    Attributes:
        reason: code of the profile's `[handling.false_reasons]`.
        by: officer who marked it, at a moment and on a day in the district's time zone.
        settlement: which end of the work it is about, counted from 1: opened again, a case isn't marked any more.
        confirmed_by, confirmed_at: another person who stands for it, and when; "" and None before.
        cleared_by, cleared_at: another person who took it back, and when; "" and None where nobody did.
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
        """Return what may leave."""
        return make_view(FalseMarkView, self)


@frozen(kw_only=True)
class Claim:
    """An officer's statement to have a tip, which expires.

    Attributes:
        by: officer id.
        at: when it was made, or renewed by an act of the officer; None in claims of earlier versions.
        duty_ends: end of the officer's shift, which no renewal passes; None where the officer isn't on a roster.
    """

    by: str
    until: datetime
    at: datetime | None = None
    duty_ends: datetime | None = None

    def renewed(self, at: datetime, span: timedelta) -> "Claim":
        """Return the claim after an act of its officer."""
        return make_claim(self.by, at, span, self.duty_ends)

    def to_view(self) -> ClaimView:
        """Return what may leave."""
        return make_view(ClaimView, self)


def make_claim(by: str, at: datetime, span: timedelta, duty_ends: datetime | None) -> Claim:
    """Return a claim that holds for a span, or to the end of the officer's shift."""
    until = at + span
    return Claim(by=by, until=until if duty_ends is None else min(until, duty_ends), at=at, duty_ends=duty_ends)


@frozen(kw_only=True)
class ReporterNote:
    """What a reporter said to an officer: by phone, at the door.

    Attributes:
        how: by which way.
        words: in the officer's words.
    """

    by: str
    at: datetime
    how: str = field(repr=False)
    words: str = field(repr=False)

    def to_view(self) -> ReporterNoteView:
        """Return what may leave."""
        return make_view(ReporterNoteView, self)


@frozen(kw_only=True)
class ClockDecision:
    """A paper that changes or meets a clock, as an officer recorded it.

    Attributes:
        body: who decided; "" for a notice of our own.
        number: the paper's number and symbol.
        day: the paper's date.
        months: by how many months the limit was extended.
        asked_on: the day on which the extension was asked for.
        reason: why there is no paper: what the reporter said who refused to be named.
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
        """The moment that stands for its day: what was recorded on the day itself counts from then, else noon."""
        return min(self.recorded_at, datetime.combine(self.day, time(12), VIETNAM))

    def to_view(self) -> ClockDecisionView:
        """Return what may leave."""
        return make_view(ClockDecisionView, self)


@frozen(kw_only=True)
class Wait:
    """A time in which the reporter was asked and hadn't answered yet.

    Attributes:
        start: when they were asked.
        end: when work went on; None while they are waited for.
    """

    start: datetime
    end: datetime | None = None

    def to_view(self) -> WaitView:
        """Return what may leave."""
        return make_view(WaitView, self)
