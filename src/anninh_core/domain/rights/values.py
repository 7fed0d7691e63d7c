"""Values of a data subject's request, for its checks, links, omissions, handovers, restrictions and answer."""

from datetime import datetime

from attrs import field, frozen

from anninh_core.domain.rights.states import AnswerOutcome
from anninh_core.domain.rights.views import (
    CorrectedRecordView,
    HandoverView,
    IdentityCheckView,
    LimitExtensionView,
    LinkedRecordView,
    OmissionView,
    RestrictionPeriodView,
    RightsAnswerView,
)
from anninh_core.usecase.views import make_view


@frozen(kw_only=True)
class IdentityCheck:
    """A check of the applicant's identity, by another way than the chat.

    Attributes:
        way: code of the profile's `[rights.ways]`.
        note: findings, in words, without numbers of identity papers.
        passed: whether the applicant is the person.
    """

    by: str
    at: datetime
    way: str
    passed: bool
    note: str = field(default="", repr=False)

    def to_view(self) -> IdentityCheckView:
        """Return the read-only view of the check."""
        return make_view(IdentityCheckView, self)


@frozen(kw_only=True)
class LinkedRecord:
    """An account of the person, or a case that the person reported at the desk or by phone.

    Attributes:
        ref: `conversation:<id>` or `tip:<id>`.
        by: officer who linked it; "" for the account that the request came from.
    """

    ref: str
    by: str
    at: datetime

    def to_view(self) -> LinkedRecordView:
        """Return the read-only view of the link."""
        return make_view(LinkedRecordView, self)


@frozen(kw_only=True)
class Omission:
    """A category that is left out of the copy, and the law that forbids its disclosure."""

    category: str
    rule: str
    reason: str = field(repr=False)
    by: str
    at: datetime

    def to_view(self) -> OmissionView:
        """Return the read-only view of the omission."""
        return make_view(OmissionView, self)


@frozen(kw_only=True)
class Handover:
    """A copy that was handed over to the person.

    Attributes:
        format: file format.
        way: code of the profile's `[rights.deliveries]`.
        sha256: of the file, in hexadecimal. The file itself isn't stored.
        counts: number of items in each category, as `category=number`.
    """

    by: str
    at: datetime
    format: str
    way: str
    sha256: str
    counts: tuple[str, ...] = ()

    def to_view(self) -> HandoverView:
        """Return the read-only view of the handover."""
        return make_view(HandoverView, self)


@frozen(kw_only=True)
class CorrectedRecord:
    """A correction of a record: `name:<conversation>` or `message:<id>`. The new text is stored with that record."""

    ref: str
    by: str
    at: datetime

    def to_view(self) -> CorrectedRecordView:
        """Return the read-only view of the correction."""
        return make_view(CorrectedRecordView, self)


@frozen(kw_only=True)
class LimitExtension:
    """The only extension of a request's limit."""

    reason: str = field(repr=False)
    by: str
    at: datetime

    def to_view(self) -> LimitExtensionView:
        """Return the read-only view of the extension."""
        return make_view(LimitExtensionView, self)


@frozen(kw_only=True)
class RestrictionPeriod:
    """A period in which the use of the person's data is restricted.

    Attributes:
        rule: the cited rule.
        lifted_by: officer who lifted it; "" while it is in force.
    """

    rule: str
    reason: str = field(repr=False)
    by: str
    since: datetime
    lifted_by: str = ""
    lifted_at: datetime | None = None
    lifted_reason: str = field(default="", repr=False)

    def to_view(self) -> RestrictionPeriodView:
        """Return the read-only view of the period."""
        return make_view(RestrictionPeriodView, self)


@frozen(kw_only=True)
class RightsAnswer:
    """The answer to a request.

    Attributes:
        rule: the cited rule; "" for a granted or withdrawn request.
        reason: the reason, in words; "" as for `rule`.
        text: the answer, in the officer's words.
        way: code of the profile's `[rights.deliveries]`; "" if the answer can't be delivered.
    """

    outcome: AnswerOutcome
    by: str
    at: datetime
    rule: str = ""
    reason: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    way: str = ""

    def to_view(self) -> RightsAnswerView:
        """Return the read-only view of the answer."""
        return make_view(RightsAnswerView, self)
