"""Value classes that all messengers share: messages, addresses and delivery reports."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

from attrs import field, frozen

from anninh_core.vocabulary.files import FileRecord
from anninh_core.vocabulary.files.claims import CLAIMING_KINDS, find_false_claim


class Place(Enum):
    """Where a conversation takes place."""

    PERSON = "person"
    """A conversation with one person."""
    GROUP = "group"
    """A conversation in a group."""


@frozen
class Address:
    """A person or a group on one configured messenger.

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
        """Key of the address as one text; two addresses have the same key exactly if they are equal."""
        return f"{self.messenger}:{self.place.value}:{self.id}"


@frozen
class Attachment:
    """An attachment of a received or sent message.

    Attributes:
        kind: image, video, audio, file, location, sticker or link.
        name: file name or title, or "".
        url: source of incoming media: an address, or a reference that the messenger's own `fetch` understands.
        blob: content hash in the system's blob store.
        lost: why incoming media aren't kept: `expired` (the link had expired), `too_large`, `refused`, or
            `kept_no_longer` (their retention was over); "" otherwise.
        latitude, longitude: WGS 84 degrees, for a location.
        file: metadata of the stored file; None without a file, or before its inspection.
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
        """The kind of the file by its checked content: `file` if the content doesn't match `kind`."""
        if (
            self.file is not None
            and self.kind in CLAIMING_KINDS
            and find_false_claim(self.kind, "", self.file.media_type)
        ):
            return "file"
        return self.kind


@frozen(kw_only=True)
class InboundMessage:
    """A message that was received, as a messenger's adapter understood it.

    Attributes:
        id: the platform's id, unique over all conversations: quotes and the system's replies refer to it by `reply_to`.
        conversation: where it was written; replies go there.
        sender: its author; in a one-to-one conversation the same person as `conversation`.
        sender_name: display name if the platform gave it; personal data.
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
        key: the system's own id of the sending; an adapter passes it on if the platform accepts an id.
        to: recipient.
        text: NFC, complete as approved; an adapter may split it but never alter it.
        purpose: the name of the wording or use, such as `tip.receipt`.
        reply_to: platform id of the message it answers, or "".
        title: name of a group as people know it, for a person who posts by hand; "" for a person.
        facts: short facts for a template that replaces the text: `receipt` (receipt number of the case, "" for none),
            `unit` (name of the conversation's unit), `district` (name of the authority).
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
    """A messenger's confirmation that it accepted a message.

    Attributes:
        platform_id: the platform's id of the sent message, or "".
        at: time of the confirmation, aware.
        proof: kind of evidence: `accepted`, `delivered`, or a person's confirmation.
        rendering: the text as really sent, if it differs from the given text.
    """

    platform_id: str
    at: datetime
    proof: str = field(default="accepted", repr=False)
    rendering: str = field(default="", repr=False)


class DeliveryNews(Enum):
    """What a platform reports later about a sent message."""

    DELIVERED = "delivered"
    SEEN = "seen"
    FAILED = "failed"


@frozen
class DeliveryReport:
    """A platform's later report about a message that the system sent."""

    messenger: str
    platform_id: str
    news: DeliveryNews
    at: datetime


@frozen(kw_only=True)
class Echo:
    """A message from the official side, which the platform reports back: the system or a person in the platform's own
    tool wrote it.

    Attributes:
        conversation: where it was written; in a one-to-one conversation the recipient.
        platform_id: the platform's id of the message.
        text: text on the platform, possibly empty.
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
    """A person's request that none of their data is kept: a data subject request, which an officer answers.

    Attributes:
        conversation: the person; None if the platform identifies them by an id that this messenger can't write to.
        at: time of the request by the platform, aware; None if unknown.
        alias: the platform's other id of the person, for finding them by hand; "" if `conversation` is set.
    """

    conversation: Address | None = field(repr=False)
    at: datetime | None = None
    alias: str = field(default="", repr=False)


@frozen
class Member:
    """A member of a group, with the data that the platform reports."""

    address: Address
    name: str = field(default="", repr=False)
    admin: bool = False


@frozen
class CreatedGroup:
    """A group that a messenger has created.

    Attributes:
        address: address for messages to the group.
        link: invitation link, or "".
    """

    address: Address
    link: str = ""


@frozen
class WebhookRequest:
    """An HTTP request from a platform, before its signature is verified; a polled event has a body only.

    Attributes:
        body: its bytes, which platforms sign.
        headers: name and value of each, as received.
    """

    body: bytes = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def header(self, name: str) -> str:
        """Return the first header with the name `name` in upper or lower case, or ""."""
        lower_name = name.lower()
        return next((value for key, value in self.headers if key.lower() == lower_name), "")
