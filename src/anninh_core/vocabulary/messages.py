"""Messages, addresses and delivery reports: the values shared with every messenger."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

from attrs import field, frozen

from anninh_core.vocabulary.files import FileRecord
from anninh_core.vocabulary.files.claims import CLAIMING_KINDS, find_false_claim


class Place(Enum):
    """Where a conversation happens."""

    PERSON = "person"
    """One-to-one."""
    GROUP = "group"
    """In a group."""


@frozen
class Address:
    """Somebody or some group on one configured messenger.

    Attributes:
        messenger: name of the messenger instance in the settings, such as `oa`.
        place: one-to-one or group.
        id: the platform's own id, opaque text.
    """

    messenger: str
    place: Place
    id: str = field(repr=False)

    @property
    def key(self) -> str:
        """A text that is equal exactly when the addresses are."""
        return f"{self.messenger}:{self.place.value}:{self.id}"


@frozen
class Attachment:
    """Something that came with or goes with a text.

    Attributes:
        kind: image, video, audio, file, location, sticker or link.
        name: file name or title, where there is one.
        url: where the platform keeps it, for incoming media: an address, or whatever else the messenger's own
            `fetch` understands.
        blob: content hash in our own blob store.
        lost: why incoming media aren't kept: `expired` (the link had died), `too_large`, `refused`, or `kept_no_longer`
            (their time was over); "" otherwise.
        latitude, longitude: WGS 84 degrees, for a location.
        file: what is known of the file that lies here; None where there is none, or nobody has looked at it yet.
    """

    kind: str
    name: str = field(default="", repr=False)
    url: str = field(default="", repr=False)
    blob: str = ""
    latitude: float | None = field(default=None, repr=False)
    longitude: float | None = field(default=None, repr=False)
    lost: str = ""
    file: FileRecord | None = None

    @property
    def content_kind(self) -> str:
        """What it is: `file` where its content was checked and isn't what it is called."""
        if (
            self.file is not None
            and self.kind in CLAIMING_KINDS
            and find_false_claim(self.kind, "", self.file.media_type)
        ):
            return "file"
        return self.kind


@frozen(kw_only=True)
class InboundMessage:
    """A message as an adapter understood it.

    Attributes:
        id: the platform's id of it, which no other message has, in whatever conversation: a quote names it by
            `reply_to`, and so does an answer of ours.
        conversation: where it was said; answers go there.
        sender: who said it; in a one-to-one conversation the same person as `conversation`.
        sender_name: display name if the platform told it; personal data.
        text: NFC, possibly empty.
        sent_at: when the platform says it was sent, aware.
        reply_to: platform id of the message it quotes, or "".
    """

    id: str
    conversation: Address
    sender: Address
    text: str = field(repr=False)
    sent_at: datetime
    sender_name: str = field(default="", repr=False)
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = ""


@frozen(kw_only=True)
class OutgoingMessage:
    """A message to be sent to a person or a group.

    Attributes:
        key: our own id of the send; an adapter passes it on where the platform takes one.
        to: recipient.
        text: NFC, complete as approved; an adapter may split it but never alter it.
        purpose: the name of the wording or use, such as `tip.receipt`.
        reply_to: platform id of the message it answers, or "".
        title: name of a group as people know it, for whoever posts by hand; "" for a person.
        facts: short facts for a template that stands for the text: `receipt` (of the case it tells about, "" where it
            names none), `unit` (name of the one the conversation belongs to), `district` (name of the authority).
    """

    key: str
    to: Address
    text: str = field(repr=False)
    purpose: str
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = ""
    title: str = ""
    facts: Mapping[str, str] = field(factory=dict, repr=False, hash=False)


@frozen
class Receipt:
    """What a messenger returns after it accepted a message.

    Attributes:
        platform_id: the platform's id of what was sent ("" where it gives none).
        at: when, aware.
        proof: how it is known: `accepted`, `delivered`, or a person's confirmation.
        rendering: the text as really sent, where it differs from what was handed in.
    """

    platform_id: str
    at: datetime
    proof: str = field(default="accepted", repr=False)
    rendering: str = field(default="", repr=False)


class DeliveryNews(Enum):
    """What a platform reports later about something sent."""

    DELIVERED = "delivered"
    SEEN = "seen"
    FAILED = "failed"


@frozen
class DeliveryReport:
    """A later report about a message that was sent."""

    messenger: str
    platform_id: str
    news: DeliveryNews
    at: datetime


@frozen(kw_only=True)
class Echo:
    """Something the official side wrote, as the platform tells it: we, or a person in the platform's own tool.

    Attributes:
        conversation: where it was written; one-to-one that is the person it went to.
        platform_id: the platform's id of the message.
        text: as it stands there, possibly empty.
        at: when the platform says it was written, aware.
        by_operator: whether a person wrote it in the platform's own tool.
    """

    conversation: Address
    platform_id: str
    text: str = field(repr=False)
    at: datetime
    by_operator: bool = False


@frozen(kw_only=True)
class Withdrawal:
    """A person asks that none of their data is kept: a data subject request, which an officer answers.

    Attributes:
        conversation: the person; None where the platform names them by an id that this messenger can't write to.
        at: when the platform says they asked, aware; None where it doesn't say.
        alias: the platform's other id of the person, for whoever looks for them by hand; "" where `conversation` is.
    """

    conversation: Address | None = field(repr=False)
    at: datetime | None = None
    alias: str = field(default="", repr=False)


@frozen
class Member:
    """A member of a group, as far as the platform tells."""

    address: Address
    name: str = field(default="", repr=False)
    admin: bool = False


@frozen
class CreatedGroup:
    """A group that a messenger has created.

    Attributes:
        address: where to write to.
        link: invitation link, or "".
    """

    address: Address
    link: str = ""


@frozen
class WebhookRequest:
    """An HTTP request as received, before it is verified; an event that was polled has a body only.

    Attributes:
        body: its bytes, over which platforms sign.
        headers: name and value of each, as they came.
    """

    body: bytes = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def header(self, name: str) -> str:
        """Return the first header of this name (any case), or ""."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")
