"""What happens to a request about data of one's own, step by step."""

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
    """A look at who asks, by another way than the chat.

    Attributes:
        way: code of the profile's `[rights.ways]`.
        note: what was seen, in words; no number of a paper.
        passed: whether it was them.
    """

    by: str
    at: datetime
    way: str
    passed: bool
    note: str = field(default="", repr=False)

    def to_view(self) -> IdentityCheckView:
        """Return what may leave."""
        return make_view(IdentityCheckView, self)


@frozen(kw_only=True)
class LinkedRecord:
    """An account of the person's, or a case of theirs that was told at the desk or by phone.

    Attributes:
        ref: `conversation:<id>` or `tip:<id>`.
        by: officer who linked it; "" for the account that the request came from.
    """

    ref: str
    by: str
    at: datetime

    def to_view(self) -> LinkedRecordView:
        """Return what may leave."""
        return make_view(LinkedRecordView, self)


@frozen(kw_only=True)
class Omission:
    """A category that is left out of the copy, and the law that keeps it from being told."""

    category: str
    rule: str
    reason: str = field(repr=False)
    by: str
    at: datetime

    def to_view(self) -> OmissionView:
        """Return what may leave."""
        return make_view(OmissionView, self)


@frozen(kw_only=True)
class Handover:
    """A copy that left the house.

    Attributes:
        format: of the file.
        way: code of the profile's `[rights.deliveries]`.
        sha256: of the file, in hexadecimal. The program keeps no file.
        counts: category -> how many items were in it, as `category=number`.
    """

    by: str
    at: datetime
    format: str
    way: str
    sha256: str
    counts: tuple[str, ...] = ()

    def to_view(self) -> HandoverView:
        """Return what may leave."""
        return make_view(HandoverView, self)


@frozen(kw_only=True)
class CorrectedRecord:
    """That something was corrected: `name:<conversation>` or `message:<id>`. The words stand with what they correct."""

    ref: str
    by: str
    at: datetime

    def to_view(self) -> CorrectedRecordView:
        """Return what may leave."""
        return make_view(CorrectedRecordView, self)


@frozen(kw_only=True)
class LimitExtension:
    """The one extension of a limit."""

    reason: str = field(repr=False)
    by: str
    at: datetime

    def to_view(self) -> LimitExtensionView:
        """Return what may leave."""
        return make_view(LimitExtensionView, self)


@frozen(kw_only=True)
class RestrictionPeriod:
    """A time in which the person's data aren't used.

    Attributes:
        rule: the rule cited.
        lifted_by: officer who ended it; "" while it holds.
    """

    rule: str
    reason: str = field(repr=False)
    by: str
    since: datetime
    lifted_by: str = ""
    lifted_at: datetime | None = None
    lifted_reason: str = field(default="", repr=False)

    def to_view(self) -> RestrictionPeriodView:
        """Return what may leave."""
        return make_view(RestrictionPeriodView, self)


@frozen(kw_only=True)
class RightsAnswer:
    """What was decided, and what the person is told.

    Attributes:
        rule: the rule cited; "" where everything was granted or it was taken back.
        reason: why, in words; "" as for `rule`.
        text: the answer, in the officer's words.
        way: code of the profile's `[rights.deliveries]` by which it reaches the person; "" where it can't.
    """

    outcome: AnswerOutcome
    by: str
    at: datetime
    rule: str = ""
    reason: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    way: str = ""

    def to_view(self) -> RightsAnswerView:
        """Return what may leave."""
        return make_view(RightsAnswerView, self)
