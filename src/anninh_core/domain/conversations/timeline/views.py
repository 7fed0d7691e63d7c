"""Views of a case's timeline. They have texts, numbers of files and delivery states, but no addresses and no ids of a
platform.
"""

from datetime import datetime
from enum import StrEnum

from anninh_core.domain.conversations.notes.views import CaseNoteView
from anninh_core.domain.conversations.views import MessageView
from anninh_core.usecase.views import EnclosureView, view


class TimelineKind(StrEnum):
    """Kind of a timeline's item."""

    MESSAGE = "message"
    """A message of the case."""
    ACT = "act"
    """An officer's action."""
    SENT = "sent"
    """A message that we sent."""
    NOTE = "note"
    """A note in the case's file."""
    GONE = "gone"
    """Earlier sent messages are gone after their retention period."""


class DeliveryState(StrEnum):
    """Delivery state of a message that we sent.

    With `sent`, the message was or may have been sent, and its arrival is unknown; with `by_hand`, a person has to
    bring it.
    """

    QUEUED = "queued"
    """The message waits to be sent."""
    SENT = "sent"
    """The message was sent, or may have been, and its arrival is unknown."""
    DELIVERED = "delivered"
    """The message arrived."""
    FAILED = "failed"
    """The delivery of the message failed for good."""
    BY_HAND = "by_hand"
    """A person has to send the message."""
    CANCELLED = "cancelled"
    """The message won't be sent any more."""


@view
class SentMessageView:
    """A message that we sent to the resident.

    Attributes:
        purpose: such as `tip.receipt`.
        messenger: instance of the messenger that sends it.
        delivery_method: fallback method that sent it, "" for the messenger's own.
        ended_at: when it reached its final state; None before.
        text: "" if `is_gone`: it can't be opened any more; or if `is_withheld`.
    """

    purpose: str
    state: DeliveryState
    messenger: str
    delivery_method: str
    ended_at: datetime | None
    text: str
    attachments: tuple[EnclosureView, ...]
    is_gone: bool
    is_withheld: bool


@view
class CaseDecisionView:
    """An officer's decision, with its rule, its reason code, and the officer's own words."""

    rule: str
    reason: str
    text: str


@view
class CaseActView:
    """An officer's action.

    Attributes:
        by: id of the officer.
        action: name in the journal, such as `tips.assign`.
        events: names of the resulting events.
        decisions: decisions made with the action.
    """

    by: str
    action: str
    events: tuple[str, ...]
    decisions: tuple[CaseDecisionView, ...]


@view(listed=("at", "kind", "act.action", "message.text", "sent.text", "note.words"))
class TimelineItemView:
    """An event of a case. Besides its kind and time it has the field that its kind names; the others are None.

    Attributes:
        at: when a message reached us, an officer acted or wrote a note, or our message was queued; to the minute if it
            waited.
        gone_until: for `gone`: our messages that were delivered before this moment are gone, with their text.
    """

    kind: TimelineKind
    at: datetime
    message: MessageView | None
    sent: SentMessageView | None
    act: CaseActView | None
    note: CaseNoteView | None
    gone_until: datetime | None
