"""What of requests about data of one's own may leave: accounts under names of the request alone, and no files' hashes.

Words leave with a request that is opened alone (`RightsRequestView`).
"""

from datetime import date, datetime

from anninh_core.domain.rights.states import AnswerClockState, AnswerOutcome, RequestChannel, RequestState
from anninh_core.usecase.views import view
from anninh_core.vocabulary.rights import RightsKind


@view
class IdentityCheckView:
    """A look at who asks, by another way than the chat; `note` is what was seen, in words."""

    by: str
    at: datetime
    way: str
    passed: bool
    note: str


@view
class LinkedRecordView:
    """An account of the person's, by a name of this request alone, or a case of theirs, and who linked it."""

    ref: str
    by: str
    at: datetime


@view
class OmissionView:
    """A category that is left out of the copy, and the law that keeps it from being told."""

    category: str
    rule: str
    reason: str
    by: str
    at: datetime


@view
class HandoverView:
    """A copy that left the house: in which format and by which way, and `category=number` of what was in it."""

    by: str
    at: datetime
    format: str
    way: str
    counts: tuple[str, ...]


@view
class CorrectedRecordView:
    """That something was corrected, by whom and when: `name:<account>` or `message:<id>`."""

    ref: str
    by: str
    at: datetime


@view
class LimitExtensionView:
    """The one extension of a limit."""

    reason: str
    by: str
    at: datetime


@view
class RestrictionPeriodView:
    """A time in which the person's data aren't used; `lifted_by` and `lifted_reason` are "" while it holds."""

    rule: str
    reason: str
    by: str
    since: datetime
    lifted_by: str
    lifted_at: datetime | None
    lifted_reason: str


@view
class RightsAnswerView:
    """What was decided by which rule and why, what the person is told, and by which way.

    Fields are as in `RightsAnswer`.
    """

    outcome: AnswerOutcome
    by: str
    at: datetime
    rule: str
    reason: str
    text: str
    way: str


@view
class RightsRequestRow:
    """A request in a list, without its words and without who asks.

    Other fields are as in `RightsRequest`.

    Attributes:
        unit: the authority; `taken_at` the unit at which it was taken in, `taken_by` the officer, "" by chat.
        is_open: whether it isn't answered; `answered_at` and `outcome` are None before.
        is_extended: whether its limit was extended; `is_restricting` whether the person's data aren't used for now.
        handled_by: ids of the officers who handle it.
        ended_on: the day on which all of it was over.
        is_restricting: whether the data aren't used because of it.
    """

    id: str
    version: int
    number: str
    unit: str
    kind: RightsKind
    channel: RequestChannel
    received_at: datetime
    taken_by: str
    taken_at: str
    state: RequestState
    is_open: bool
    answered_at: datetime | None
    outcome: AnswerOutcome | None
    is_extended: bool
    is_restricting: bool
    handled_by: tuple[str, ...]
    ended_on: date | None


@view
class RightsRequestView(RightsRequestRow):
    """A request that is opened alone. Other fields are as in `RightsRequest`.

    Attributes:
        applicant: how whoever came to the desk, called or wrote calls themselves; "" by chat.
        erasures: ids of wishes to be erased that carry it out, or, of a platform, that it came with.
        kind: what is asked for.
    """

    applicant: str
    words: str
    links: tuple[LinkedRecordView, ...]
    checks: tuple[IdentityCheckView, ...]
    omissions: tuple[OmissionView, ...]
    handovers: tuple[HandoverView, ...]
    corrections: tuple[CorrectedRecordView, ...]
    extension: LimitExtensionView | None
    restrictions: tuple[RestrictionPeriodView, ...]
    answer: RightsAnswerView | None
    erasures: tuple[str, ...]


@view
class AnswerClockView:
    """Until when a request has to be answered. Other fields are as in `AnswerClock`.

    Attributes:
        source: the rule of law, or the district's own convention (`is_own`).
        state: how it stands at the moment it was asked for.
        is_own: whether it is the district's own limit, not the law's.
    """

    limit: str
    source: str
    is_own: bool
    due: datetime
    target: datetime
    leaves_calendar: bool
    met_at: datetime | None
    state: AnswerClockState
