"""Read-only views of data subjects' requests, with pseudonyms of accounts, and without hashes of files.

Texts appear only in the view of a single request (`RightsRequestView`).
"""

from datetime import date, datetime

from anninh_core.domain.rights.states import AnswerClockState, AnswerOutcome, RequestChannel, RequestState
from anninh_core.usecase.views import view
from anninh_core.vocabulary.rights import RightsKind


@view
class IdentityCheckView:
    """A check of the applicant's identity, by another way than the chat; `note` has the findings, in words."""

    by: str
    at: datetime
    way: str
    passed: bool
    note: str


@view
class LinkedRecordView:
    """An account of the person, by a pseudonym of this request, or a case of the person, and the linking officer."""

    ref: str
    by: str
    at: datetime


@view
class OmissionView:
    """A category that is left out of the copy, and the law that forbids its disclosure."""

    category: str
    rule: str
    reason: str
    by: str
    at: datetime


@view
class HandoverView:
    """A copy handed over to the person, with file format, way of delivery, and `category=number` of its items."""

    by: str
    at: datetime
    format: str
    way: str
    counts: tuple[str, ...]


@view
class CorrectedRecordView:
    """A correction of a record: `name:<account>` or `message:<id>`."""

    ref: str
    by: str
    at: datetime


@view
class LimitExtensionView:
    """The only extension of a request's limit."""

    reason: str
    by: str
    at: datetime


@view
class RestrictionPeriodView:
    """A period of restricted use of the person's data; `lifted_by` and `lifted_reason` are "" while it is in force."""

    rule: str
    reason: str
    by: str
    since: datetime
    lifted_by: str
    lifted_at: datetime | None
    lifted_reason: str


@view
class RightsAnswerView:
    """The answer to a request, with rule, reason and way of delivery.

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
    """A request in a list, without its text and applicant.

    Other fields are as in `RightsRequest`.

    Attributes:
        unit: the authority; `taken_at` is the unit that received it, `taken_by` the officer, "" by chat.
        is_open: whether it isn't answered; `answered_at` and `outcome` are None before the answer.
        is_extended: whether its limit was extended.
        handled_by: ids of the officers who handle it.
        ended_on: the day of the answer or of the last lifted restriction; None before.
        is_restricting: whether the use of the person's data is restricted because of it.
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
    """A single request. Other fields are as in `RightsRequest`.

    Attributes:
        applicant: the name given by a person who came to the desk, called or wrote; "" by chat.
        erasures: ids of erasure requests that execute it, or that it came with from a platform.
        kind: kind of the request.
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
    """The deadline of a request. Other fields are as in `AnswerClock`.

    Attributes:
        source: the rule of law, or the district's own convention (`is_own`).
        state: state at the time of the query.
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
