"""Something that waits for somebody, and its place among the rest."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from attrs import evolve, field, frozen

from anninh_core.kernel.ids import Pseudonyms
from anninh_core.kernel.text import clip
from anninh_core.usecase.indexing.computed_pages import place_in_time
from anninh_core.usecase.views import ViewContext, make_view, view

_MAX_TITLE = 120
_NEVER = datetime.max.replace(tzinfo=UTC)
"""When something is due that has no limit."""


class WorkReason(StrEnum):
    """Why something waits for somebody. A person sees those for which they have the permission."""

    TIP_MINE = "tips.mine"
    """A tip that is assigned to you."""
    TIP_WAITING = "tips.waiting"
    """A tip whose reporter was asked something."""
    TIP_NEW = "tips.new"
    """A tip that nobody has looked at."""
    TIP_OBJECTION = "tips.objection"
    """A reporter objects to an answer."""
    TIP_LOCKED = "tips.locked"
    """A tip that accuses an official or a unit, and whose lock a person confirms or lifts."""
    TIP_OVERDUE = "tips.overdue"
    """A tip whose time has run out."""
    SUBCASE_ASKED = "tips.part_asked"
    """A part of a tip that your unit is asked for."""
    MESSAGE_UNASSIGNED = "conversations.unassigned"
    """A message that has to be sorted."""
    MESSAGE_LOCKED = "conversations.locked"
    """A message that accuses an official or a unit, and that two persons decide about."""
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
    """An item that went out at once, and waits for its second look."""
    POST_FLAGGED = "moderation.flagged"
    """A post that somebody should look at."""
    POST_APPEAL = "moderation.appeal"
    """An objection to a ruling."""
    POST_TASK = "moderation.task"
    """Something to be done in a group by hand."""
    DUTY_DUE = "programme.due"
    """Something that your unit owes."""
    DUTY_LATE = "programme.late"
    """Something that a unit owes and is late with."""
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
    """An emergency opening that nobody has looked at."""
    RIGHTS_OPEN = "rights.open"
    """Somebody asks about data of theirs."""
    RIGHTS_TO_CHECK = "rights.to_check"
    """It has to be found out who asks."""
    LEAK_HELD = "leaks.held"
    """Something that is held because it may lead to somebody."""
    DELIVERY_FAILED = "failures.waiting"
    """Something that didn't go out, or couldn't be worked through."""

    @property
    def module(self) -> str:
        """The noun of the app whose list shows it."""
        return self.value.partition(".")[0]


@view
class WorkItemView:
    """Something that waits for somebody.

    Attributes:
        module: the noun of the app whose it is, such as `tips`; `reason` why it waits.
        kind, id: which record it is.
        number: what people call it: a tip's receipt, a request's number; "" where it has none.
        title: the beginning of its words, or its name; "" where there are none to show.
        state: where it stands.
        unit: whose it is.
        since: from when on it waits.
        due: the last moment in time, aware; None where no limit runs.
        seconds_left: until then, negative once it is over; None where no limit runs.
        warns: whether the limit is near, or over.
        emergency: whether it is an emergency.
        mine: whether it was given to this person, not only to their role.
        count: how many of the same the line stands for: what wasn't delivered is one line.
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
    """Something that waits for somebody; as `WorkItemView`.

    Attributes:
        record: the record itself while the journal's entry is made; None in what an actor is answered.
        is_near: whether its time is nearly over.
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
        """The record that is shown, for the journal."""
        return () if self.record is None else (self.record,)

    def for_handlers(self, _: Pseudonyms) -> "WorkItem":
        """Return the item as officers see it: whose words it holds isn't in it."""
        return evolve(self, record=None)

    def is_overdue(self, at: datetime) -> bool:
        """Tell whether its limit is over at a moment."""
        return self.due is not None and at > self.due

    def place(self, at: datetime) -> str:
        """Return its place in the list of work at a moment: emergencies, then what is overdue, then by the limit."""
        rank = 0 if self.emergency else 1 if self.is_overdue(at) else 2
        return f"{rank}/{place_in_time(self.due or _NEVER, place_in_time(self.since, f'{self.kind}:{self.id}'))}"

    def to_view(self, context: ViewContext) -> WorkItemView:
        """Return what may leave."""
        overdue = self.is_overdue(context.at)
        return make_view(
            WorkItemView,
            self,
            module=self.reason.module,
            seconds_left=None if self.due is None else int((self.due - context.at).total_seconds()),
            is_overdue=overdue,
            warns=self.is_near or overdue,
        )
