"""Items of a case's timeline. No item is stored: a timeline is merged from messages, outbox rows and the journal."""

from datetime import datetime
from typing import assert_never

from attrs import evolve, field, frozen

from anninh_core.domain.conversations.model import Message
from anninh_core.domain.conversations.notes.model import CaseNote
from anninh_core.domain.conversations.timeline.views import (
    CaseActView,
    CaseDecisionView,
    DeliveryState,
    SentMessageView,
    TimelineItemView,
    TimelineKind,
)
from anninh_core.kernel.ids import Pseudonyms
from anninh_core.ports.storages.queues import OutboxRow, OutboxState
from anninh_core.usecase.decision import Decision
from anninh_core.usecase.views import list_enclosures, make_view
from anninh_core.vocabulary.messages import Attachment


@frozen(kw_only=True)
class SentMessage:
    """A message that we sent to a resident; fields as in `SentMessageView`."""

    purpose: str
    state: DeliveryState
    messenger: str
    delivery_method: str = ""
    ended_at: datetime | None = None
    text: str = field(default="", repr=False)
    attachments: tuple[Attachment, ...] = ()
    is_gone: bool = False
    is_withheld: bool = False

    def to_view(self) -> SentMessageView:
        """Return the view of the message."""
        return make_view(SentMessageView, self, attachments=list_enclosures(self.attachments))


@frozen(kw_only=True)
class CaseAct:
    """An officer's action, with its decisions."""

    by: str
    action: str
    events: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()

    def withheld(self) -> "CaseAct":
        """Return the action without the text of its decisions, for a case with withheld messages: officers repeat their
        content.
        """
        return evolve(self, decisions=tuple(evolve(decision, text="") for decision in self.decisions))

    def to_view(self) -> CaseActView:
        """Return the view of the action."""
        decisions = tuple(make_view(CaseDecisionView, decision) for decision in self.decisions)
        return make_view(CaseActView, self, decisions=decisions)


@frozen(kw_only=True)
class TimelineItem:
    """An event of a case; fields as in `TimelineItemView`.

    Attributes:
        act: an officer's action.
        message: a message of the case.
        note: an officer's note in the case's file.
        sent: a message that we sent.
    """

    kind: TimelineKind
    at: datetime
    message: Message | None = None
    sent: SentMessage | None = None
    act: CaseAct | None = None
    note: CaseNote | None = None
    gone_until: datetime | None = None

    @property
    def items(self) -> tuple[Message | CaseNote | Decision, ...]:
        """The records that the timeline item shows, whose reading the journal records."""
        decisions = self.act.decisions if self.act is not None else ()
        records = (record for record in (self.message, self.note) if record is not None)
        return (*records, *decisions)

    def for_handlers(self, names: Pseudonyms) -> "TimelineItem":
        """Return the item as officers see it: a message's sender has a pseudonym that is used only in this case."""
        return self if self.message is None else evolve(self, message=self.message.for_handlers(names))

    def to_view(self) -> TimelineItemView:
        """Return the view of the item."""
        return make_view(TimelineItemView, self)


def get_delivery_state(row: OutboxRow) -> DeliveryState:
    """Return the delivery state of an outbox row; a deferred row is tried again, so it is queued."""
    match row.state:
        case OutboxState.WAITING | OutboxState.READY | OutboxState.CLAIMED:
            return DeliveryState.QUEUED
        case OutboxState.STARTED | OutboxState.UNKNOWN:
            return DeliveryState.SENT
        case OutboxState.DELIVERED:
            return DeliveryState.DELIVERED
        case OutboxState.FAILED:
            return DeliveryState.FAILED if row.deferred_until is None else DeliveryState.QUEUED
        case OutboxState.NEEDS_PERSON:
            return DeliveryState.BY_HAND
        case OutboxState.CANCELLED:
            return DeliveryState.CANCELLED
        case _:
            assert_never(row.state)
