"""What a timeline is made of. Nothing of it is stored: it is put together from messages, rows sent and the journal."""

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
    """What we wrote to a resident; fields as in `SentMessageView`."""

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
        """Return what may leave."""
        return make_view(SentMessageView, self, attachments=list_enclosures(self.attachments))


@frozen(kw_only=True)
class CaseAct:
    """What an officer did, and decided by it."""

    by: str
    action: str
    events: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()

    def withheld(self) -> "CaseAct":
        """Return what is shown of it where its case's words aren't: officers repeat them."""
        return evolve(self, decisions=tuple(evolve(one, text="") for one in self.decisions))

    def to_view(self) -> CaseActView:
        """Return what may leave."""
        decisions = tuple(make_view(CaseDecisionView, one) for one in self.decisions)
        return make_view(CaseActView, self, decisions=decisions)


@frozen(kw_only=True)
class TimelineItem:
    """Something that happened in a case; fields as in `TimelineItemView`.

    Attributes:
        act: what an officer did.
        message: what was said.
        note: what an officer wrote into the file.
        sent: what we wrote.
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
        """The records that are shown, for the journal."""
        decisions = self.act.decisions if self.act is not None else ()
        records = (one for one in (self.message, self.note) if one is not None)
        return (*records, *decisions)

    def for_handlers(self, names: Pseudonyms) -> "TimelineItem":
        """Return it as officers see it: who said something stands under a name of this case alone."""
        return self if self.message is None else evolve(self, message=self.message.for_handlers(names))

    def to_view(self) -> TimelineItemView:
        """Return what may leave."""
        return make_view(TimelineItemView, self)


def delivery_state(row: OutboxRow) -> DeliveryState:
    """Return how far a row has come; one that stepped aside is tried again."""
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
