"""Values that an item contains, for its content, approvals, reviews and deliveries."""

from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

import msgspec
from attrs import field, frozen

from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import AudienceUnitId, GroupKind, ItemId, LongText, OneLine, OutgoingCategory, Words
from anninh_core.usecase.views import view
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.opinions import Finding


class ItemState(StrEnum):
    """State of an item."""

    DRAFT = "draft"
    """The author is writing the item."""
    SUBMITTED = "submitted"
    """The item waits for a reviewer."""
    APPROVED = "approved"
    """A second person approved the item, or one person approved it urgently: it may be published."""
    REJECTED = "rejected"
    """A reviewer rejected the item; its author may edit it."""
    PUBLISHED = "published"
    """The item was sent to groups and is valid."""
    WITHDRAWN = "withdrawn"
    """The item is no longer valid: an officer withdrew it."""
    EXPIRED = "expired"
    """The last day on which the item is valid has passed."""
    CORRECTED = "corrected"
    """A published correction replaced the item."""


class Urgency(StrEnum):
    """Whether an item can wait for a second person."""

    ORDINARY = "ordinary"
    """A second person reviews the item before it goes out."""
    IMMEDIATE = "immediate"
    """The item goes out at once, and a second person reviews it afterwards."""


@frozen(kw_only=True)
class ItemContent:
    """The content that is written, approved and sent: any change makes the approval void.

    Attributes:
        category: one of the profile's outgoing categories.
        units: audience: groups of these units and of the units below them; empty until an author chooses.
        group_kinds: kinds of group it is for; empty means all.
        source_name, source_url: publisher of the information, and its address.
        decision_number, decision_date, decision_issuer: the official decision that a wanted or search notice cites.
        requester: person who requests the publication of a family's search; groups don't read it.
        requester_check: how an officer verified the requester; groups don't read it.
        attachments: text, pictures and video that are in the blob store.
        expires: last day on which it is valid.
        replaces: id of the item that this one corrects.
        rumour: the untrue claim that this one corrects, if it wasn't an item of ours.
        body: text for the readers.
    """

    title: OneLine = field(converter=nfc)
    body: LongText = field(converter=nfc)
    category: OutgoingCategory
    units: tuple[AudienceUnitId, ...]
    group_kinds: tuple[GroupKind, ...] = ()
    source_name: OneLine = field(default="", converter=nfc)
    source_url: OneLine = ""
    decision_number: OneLine = field(default="", converter=nfc)
    decision_date: date | None = None
    decision_issuer: OneLine = field(default="", converter=nfc)
    requester: OneLine = field(default="", converter=nfc)
    requester_check: OneLine = field(default="", converter=nfc)
    attachments: tuple[Attachment, ...] = ()
    urgency: Urgency = Urgency.ORDINARY
    expires: date | None = None
    replaces: ItemId = ""
    rumour: Words = field(default="", converter=nfc)

    @property
    def hash(self) -> str:
        """SHA-256 of all fields; a field that a later version adds and leaves empty doesn't change the hash."""
        filled = {name: value for name, value in msgspec.to_builtins(self).items() if value}
        for attachment in filled.get("attachments", ()):
            # Items stored before this field existed don't have it, so an empty one must not change their hash.
            if attachment["file"] is None:
                del attachment["file"]
            # Files stored before this field existed don't have it, so an empty one must not change the hash.
            elif attachment["file"]["video"] is None:
                del attachment["file"]["video"]
        return sha256(msgspec.json.encode(filled, order="sorted")).hexdigest()

    @property
    def is_correction(self) -> bool:
        """Whether the content corrects an item or a rumour."""
        return bool(self.replaces or self.rumour)


@frozen(kw_only=True)
class ItemVersion:
    """A version of an item's content, with author and time."""

    piece: ItemContent
    by: str
    at: datetime


@view
class GateAnswer:
    """A person's answer to one of the gates, for the version that was current then.

    Attributes:
        gate: id of the profile's gate.
    """

    gate: str
    passed: bool
    note: str
    by: str
    at: datetime


@frozen(kw_only=True)
class FindingAnswer:
    """A check's finding with the reviewer's answer. A `hold` blocks the approval until it is answered.

    Attributes:
        answer: the reviewer's answer in words; "" before.
    """

    finding: Finding
    answer: str = ""
    by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the finding blocks the approval."""
        return self.finding.severity == "hold" and not self.answer


@view
class Approval:
    """A person's approval, bound to the approved content.

    Attributes:
        content_hash: hash of the approved content.
        urgent: given by one person alone, before the review by a second.
    """

    by: str
    at: datetime
    content_hash: str
    urgent: bool = False


@view
class ItemReturn:
    """A rejection with the reviewer's reason, for the author to read."""

    by: str
    at: datetime
    reason: str


@frozen(kw_only=True)
class EmergencyReview:
    """A second person's review of an item published in an emergency.

    Attributes:
        due: deadline, a datetime with time zone.
        stands: whether the publication was right; if False, the item is to be withdrawn.
    """

    due: datetime
    by: str = ""
    at: datetime | None = None
    stands: bool | None = None
    note: str = ""


@frozen(kw_only=True)
class GroupDelivery:
    """The delivery to one group, by one row in the outbox.

    Attributes:
        conversation: the group's conversation id.
        outbox: id of the row, which has the state of the delivery.
        day: day on which the row was created, in the district's time zone.
    """

    group: str
    conversation: str
    outbox: str
    day: date


@frozen(kw_only=True)
class ItemWithdrawal:
    """The withdrawal of an item, and the groups informed of it.

    Attributes:
        ended: True if the matter is over (such as a missing person who was found), False if the item was wrong.
        sent: deliveries of the withdrawal to the groups that had the item.
    """

    by: str
    at: datetime
    reason: str
    ended: bool
    sent: tuple[GroupDelivery, ...] = ()
