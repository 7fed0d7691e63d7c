"""What of a case's timeline may leave: words, files by number, states; neither addresses nor ids of a platform."""

from datetime import datetime
from enum import StrEnum

from anninh_core.domain.conversations.notes.views import CaseNoteView
from anninh_core.domain.conversations.views import MessageView
from anninh_core.usecase.views import EnclosureView, view


class TimelineKind(StrEnum):
    """What an item of a timeline is."""

    MESSAGE = "message"
    """Something that was said."""
    ACT = "act"
    """Something that an officer did."""
    SENT = "sent"
    """Something that we wrote."""
    NOTE = "note"
    """A note in the file."""
    GONE = "gone"
    """What was sent before is kept no longer."""


class DeliveryState(StrEnum):
    """How far something that we wrote has come.

    `sent` left us, or may have left, and nobody knows yet whether it arrived; `by_hand` waits for a person to bring it.
    """

    QUEUED = "queued"
    """It waits to be sent."""
    SENT = "sent"
    """It left us, or may have, and nobody knows yet whether it arrived."""
    DELIVERED = "delivered"
    """It arrived."""
    FAILED = "failed"
    """It didn't go out, for good."""
    BY_HAND = "by_hand"
    """A person has to send it."""
    CANCELLED = "cancelled"
    """It isn't sent any more."""


@view
class SentMessageView:
    """What we wrote to the resident.

    Attributes:
        purpose: what it is for, such as `tip.receipt`.
        messenger: the instance by which it goes.
        delivery_method: the fallback by which it left, "" for the messenger's own way.
        ended_at: when its state became one that lasts; None while it is on its way.
        text: "" where `is_gone`: nobody can open it any more; or where `is_withheld`.
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
    """What an officer decided: by which rule, its reason code, and their own words."""

    rule: str
    reason: str
    text: str


@view
class CaseActView:
    """What an officer did.

    Attributes:
        by: id of the officer.
        action: which step, as the journal names it, such as `tips.assign`.
        events: names of what happened by it.
        decisions: what they decided by it.
    """

    by: str
    action: str
    events: tuple[str, ...]
    decisions: tuple[CaseDecisionView, ...]


@view(listed=("at", "kind", "act.action", "message.text", "sent.text", "note.words"))
class TimelineItemView:
    """Something that happened in a case; beside its kind and moment it has what its kind names, and None elsewhere.

    Attributes:
        at: when a message reached us, an officer acted or wrote a note, or what we wrote was queued; that to the minute
            if it waited.
        gone_until: of `gone`: what we wrote and was delivered before this moment is kept no longer, words and all.
    """

    kind: TimelineKind
    at: datetime
    message: MessageView | None
    sent: SentMessageView | None
    act: CaseActView | None
    note: CaseNoteView | None
    gone_until: datetime | None
