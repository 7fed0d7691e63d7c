"""An item of waiting work, and its position in the list."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from attrs import evolve, field, frozen

from anninh_core.kernel.ids import Pseudonyms
from anninh_core.kernel.text import clip
from anninh_core.usecase.indexing.computed_pages import build_time_key
from anninh_core.usecase.views import ViewContext, make_view, view

_MAX_TITLE = 120
_NEVER = datetime.max.replace(tzinfo=UTC)
"""Due time of an item without a deadline."""


class WorkReason(StrEnum):
    """Why an item waits for an officer. Officers see the reasons for which they have the permission."""

    TIP_MINE = "tips.mine"
    """A tip that is assigned to you."""
    TIP_WAITING = "tips.waiting"
    """A tip whose reporter was asked a question that isn't answered yet."""
    TIP_NEW = "tips.new"
    """A tip that no officer has triaged yet."""
    TIP_OBJECTION = "tips.objection"
    """A reporter objects to an answer."""
    TIP_LOCKED = "tips.locked"
    """A locked tip that accuses an official or a unit; a person has to confirm or lift the lock."""
    TIP_OVERDUE = "tips.overdue"
    """A tip with a deadline that has passed."""
    SUBCASE_ASKED = "tips.part_asked"
    """A part of a tip that your unit is asked to handle."""
    MESSAGE_UNASSIGNED = "conversations.unassigned"
    """A message that isn't assigned to a case yet."""
    MESSAGE_LOCKED = "conversations.locked"
    """A locked message that accuses an official or a unit; two persons decide about it."""
    MESSAGE_SUGGESTED = "conversations.suggested"
    """A message in a group that may be a tip or a question."""
    INQUIRY_UNANSWERED = "inquiries.unanswered"
    """A question without an answer."""
    ITEM_DRAFT = "content.draft"
    """A draft of yours."""
    ITEM_RETURNED = "content.returned"
    """A draft of yours that a reviewer gave back."""
    ITEM_TO_REVIEW = "content.to_review"
    """An item that waits for a reviewer."""
    ITEM_TO_PUBLISH = "content.to_publish"
    """An item that may be published."""
    ITEM_REVIEW_OWED = "content.review_owed"
    """An item that was published at once, and waits for its second review."""
    POST_FLAGGED = "moderation.flagged"
    """A flagged post that waits for a decision."""
    POST_APPEAL = "moderation.appeal"
    """An objection to a ruling."""
    POST_TASK = "moderation.task"
    """A task that has to be done by hand in a group."""
    DUTY_DUE = "programme.due"
    """A duty that your unit owes."""
    DUTY_LATE = "programme.late"
    """A duty that a unit owes and is late with."""
    DIFFICULTY_RAISED = "programme.difficulty"
    """A difficulty that waits for an answer."""
    DIFFICULTY_ANSWERED = "programme.answered"
    """A difficulty of yours that was answered."""
    REPORT_DRAFT = "reports.draft"
    """A report that is being written."""
    REPORT_RETURNED = "reports.returned"
    """A report that was given back."""
    REPORT_TO_ACCEPT = "reports.to_accept"
    """A report that waits to be accepted."""
    IDENTITY_REQUESTED = "identity.requested"
    """A request for an identity that waits for approval."""
    OPENING_UNREVIEWED = "identity.to_review"
    """An emergency opening that waits for its review."""
    RIGHTS_OPEN = "rights.open"
    """A request about personal data."""
    RIGHTS_TO_CHECK = "rights.to_check"
    """The identity of a request's sender has to be checked."""
    LEAK_HELD = "leaks.held"
    """A text that is held because it may identify a person."""
    DELIVERY_FAILED = "failures.waiting"
    """A message that wasn't delivered, or an event that couldn't be processed."""

    @property
    def module(self) -> str:
        """Name of the app's noun that lists the work for this reason, such as `tips`."""
        return self.value.partition(".")[0]


@view
class WorkItemView:
    """An item of waiting work.

    Attributes:
        module: the noun of the app that it belongs to, such as `tips`; `reason` why it waits.
        kind, id: the record.
        number: its public number: a tip's receipt, a request's number; "" if it has none.
        title: the beginning of its words, or its name; "" if there are none to show.
        state: its current state.
        unit: the unit that it belongs to.
        since: from when on it waits.
        due: its deadline, timezone-aware; None without a deadline.
        seconds_left: until then, negative once it has passed; None without a deadline.
        warns: whether the deadline is near, or has passed.
        emergency: whether it is an emergency.
        mine: whether it was assigned to this person, not only to their role.
        count: how many records the line combines: all undelivered messages are one line.
    """

    module: str
    reason: WorkReason
    kind: str
    id: str
    number: str
    title: str
    state: str
    unit: str
    since: datetime
    due: datetime | None
    seconds_left: int | None
    is_overdue: bool
    warns: bool
    emergency: bool
    mine: bool
    count: int


def _shorten(text: str) -> str:
    return clip(" ".join(text.split()), _MAX_TITLE)


@frozen(kw_only=True)
class WorkItem:
    """An item of waiting work; as `WorkItemView`.

    Attributes:
        record: the record itself while the journal's entry is made; None in the result for an actor.
        is_near: whether its deadline is near.
    """

    reason: WorkReason
    kind: str
    id: str
    state: str
    unit: str
    since: datetime
    number: str = ""
    title: str = field(default="", repr=False, converter=_shorten)
    due: datetime | None = None
    is_near: bool = False
    emergency: bool = False
    mine: bool = False
    count: int = 1
    record: Any = field(default=None, repr=False)

    @property
    def items(self) -> tuple[Any, ...]:
        """The displayed record, for the journal's entry."""
        return () if self.record is None else (self.record,)

    def for_handlers(self, _: Pseudonyms) -> "WorkItem":
        """Return the item as officers see it: without the record."""
        return evolve(self, record=None)

    def is_overdue(self, at: datetime) -> bool:
        """Return whether the item's deadline has passed at the moment `at`."""
        return self.due is not None and at > self.due

    def place(self, at: datetime) -> str:
        """Return the item's sort key in the list of work at the moment `at`: emergencies first, then overdue items,
        then by deadline.
        """
        rank = 0 if self.emergency else 1 if self.is_overdue(at) else 2
        return f"{rank}/{build_time_key(self.due or _NEVER, build_time_key(self.since, f'{self.kind}:{self.id}'))}"

    def to_view(self, context: ViewContext) -> WorkItemView:
        """Return the view of the item of waiting work."""
        overdue = self.is_overdue(context.at)
        return make_view(
            WorkItemView,
            self,
            module=self.reason.module,
            seconds_left=None if self.due is None else int((self.due - context.at).total_seconds()),
            is_overdue=overdue,
            warns=self.is_near or overdue,
        )
