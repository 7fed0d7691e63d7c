"""Values of an item: its content, approvals, reviews, deliveries."""

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
    """Where an item stands."""

    DRAFT = "draft"
    """It is being written."""
    SUBMITTED = "submitted"
    """It waits for a reviewer."""
    APPROVED = "approved"
    """It may be published."""
    REJECTED = "rejected"
    """A reviewer said no; its author may write on."""
    PUBLISHED = "published"
    """It is out."""
    WITHDRAWN = "withdrawn"
    """It was taken back."""
    EXPIRED = "expired"
    """Its time is over."""
    CORRECTED = "corrected"
    """A published correction has taken its place."""


class Urgency(StrEnum):
    """Whether an item can wait for a second person."""

    ORDINARY = "ordinary"
    """A second person looks at it before it goes out."""
    IMMEDIATE = "immediate"
    """It goes out at once, and a second person looks at it afterwards."""


@frozen(kw_only=True)
class ItemContent:
    """What is written, approved and sent: change any of it and the approval is void.

    Attributes:
        category: one of the profile's outgoing categories.
        units: whom it is for: groups of these units and of what stands below them; empty while nobody has chosen.
        group_kinds: kinds of group it is for; empty means all.
        source_name, source_url: whose information it is, and where it stands.
        decision_number, decision_date, decision_issuer: the official decision that a wanted or search notice cites.
        requester: who asks a family's search to be published; groups don't read it.
        requester_check: how an officer made sure of that; groups don't read it.
        attachments: text, pictures and video that lie in our blob store.
        expires: last day on which it holds.
        replaces: the item that this one corrects.
        rumour: the untrue claim that this one corrects, where it was no item of ours.
        body: what readers read.
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
        """SHA-256 of everything in it; a field that a later version adds and leaves empty doesn't change it."""
        filled = {name: value for name, value in msgspec.to_builtins(self).items() if value}
        for attachment in filled.get("attachments", ()):
            if attachment["file"] is None:  # as in items of before there was this field
                del attachment["file"]
            elif attachment["file"]["video"] is None:  # and this one
                del attachment["file"]["video"]
        return sha256(msgspec.json.encode(filled, order="sorted")).hexdigest()

    @property
    def is_correction(self) -> bool:
        """Whether it corrects an item or a rumour."""
        return bool(self.replaces or self.rumour)


@frozen(kw_only=True)
class ItemVersion:
    """A version of a piece, as its author left it."""

    piece: ItemContent
    by: str
    at: datetime


@view
class GateAnswer:
    """A person's answer to one of the gates, for the version it was given on.

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
    """A check's finding, and what the reviewer says to it. A `hold` stands until it is answered.

    Attributes:
        answer: what the reviewer says to it; "" before.
    """

    finding: Finding
    answer: str = ""
    by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it blocks the approval."""
        return self.finding.severity == "hold" and not self.answer


@view
class Approval:
    """Who approved, and exactly what.

    Attributes:
        content_hash: hash of the piece approved.
        urgent: given by one person alone, before the review by a second.
    """

    by: str
    at: datetime
    content_hash: str
    urgent: bool = False


@view
class ItemReturn:
    """Why a reviewer said no, for the author to read."""

    by: str
    at: datetime
    reason: str


@frozen(kw_only=True)
class EmergencyReview:
    """The second person's look at something published in an emergency.

    Attributes:
        due: last moment in time, aware.
        stands: whether the publication was right; one that wasn't is to be withdrawn.
    """

    due: datetime
    by: str = ""
    at: datetime | None = None
    stands: bool | None = None
    note: str = ""


@frozen(kw_only=True)
class GroupDelivery:
    """One row in the outbox for one group.

    Attributes:
        conversation: the group's conversation id.
        outbox: id of the row; how it went is read there.
        day: when it was handed over, in the district's time zone.
    """

    group: str
    conversation: str
    outbox: str
    day: date


@frozen(kw_only=True)
class ItemWithdrawal:
    """Why an item no longer holds, and where that was said.

    Attributes:
        ended: True where the matter is over (somebody was found), False where the item was wrong.
        sent: whether those who had it were told.
    """

    by: str
    at: datetime
    reason: str
    ended: bool
    sent: tuple[GroupDelivery, ...] = ()
