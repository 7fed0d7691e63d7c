"""Models of events about messages of people, of the account itself and of visitors, one-to-one and in groups, and about
their delivery.
"""

import re
from typing import Annotated

from pydantic import Field, ValidationError

from anninh_zalo.webhook.event import AccountSide, IdentifiedParty, ZaloEvent
from anninh_zalo.webhook.field_types import (
    AnyText,
    AnyTexts,
    Degrees,
    EventModel,
    Id,
    ListOrEmpty,
    ObjectOrEmpty,
    OptionalTimestamp,
    Timestamp,
)

_MENTION = re.compile(r"\[@([0-9A-Za-z_-]{1,64})\]")


class Coordinates(EventModel):
    """A place in WGS 84; the coordinates come as numbers or text."""

    latitude: Degrees = None
    longitude: Degrees = None


class BusinessCard(EventModel):
    """A shared contact; the contact's name is the message's text."""

    phone: AnyText = ""
    qr_code_url: AnyText = Field(default="", validation_alias="qrCodeUrl")


class AttachmentPayload(EventModel):
    """Content of an attachment; its fields depend on the type.

    Attributes:
        id: id of a sticker.
        size: size of a file, in bytes, as text.
        type: extension of a file.
        checksum: MD5 of a file.
    """

    url: AnyText = ""
    thumbnail: AnyText = ""
    name: AnyText = ""
    title: AnyText = ""
    description: AnyText = ""
    id: AnyText = ""
    size: AnyText = ""
    type: AnyText = ""
    checksum: AnyText = ""
    coordinates: Annotated[Coordinates, ObjectOrEmpty] = Coordinates()

    def card(self) -> BusinessCard | None:
        """Return the contact of a business card, from the JSON in its description, or None for anything else."""
        try:
            return BusinessCard.model_validate_json(self.description)
        except ValidationError:
            return None


class EventAttachment(EventModel):
    """An attachment of a message in an event."""

    type: AnyText = ""
    payload: Annotated[AttachmentPayload, ObjectOrEmpty] = AttachmentPayload()


class MessageContent(EventModel):
    """Content of a message in an event.

    Attributes:
        quote_msg_id: id of the message it answers, or "".
        conversation_id: id of a visitor's conversation.
    """

    msg_id: AnyText = ""
    text: AnyText = ""
    quote_msg_id: AnyText = ""
    conversation_id: AnyText = ""
    attachments: Annotated[tuple[Annotated[EventAttachment, ObjectOrEmpty], ...], ListOrEmpty] = ()

    def mentions(self) -> tuple[str, ...]:
        """Return the ids that the message mentions: of people, of the account, or of the group for all its members."""
        return tuple(_MENTION.findall(self.text)) if "[@" in self.text else ()


class IdentifiedMessage(MessageContent):
    """Content of a person's message: the id is required, as it identifies the message."""

    msg_id: Id


class ZaloMessageEvent(ZaloEvent):
    """The event that a message was sent."""

    message: Annotated[MessageContent, ObjectOrEmpty] = MessageContent()


class PersonWrote(ZaloMessageEvent):
    """The event that a person wrote to the official account."""

    account_is = AccountSide.RECIPIENT

    message: IdentifiedMessage
    sender: IdentifiedParty
    timestamp: Timestamp


class PersonWroteInGroup(ZaloMessageEvent):
    """The event that a person wrote in a group of the official account; the group is the recipient."""

    account_is = AccountSide.OA_ID

    message: IdentifiedMessage
    sender: IdentifiedParty
    recipient: IdentifiedParty
    timestamp: Timestamp

    def addresses(self, oa_id: str) -> bool:
        """Return whether the account was mentioned."""
        return oa_id in self.message.mentions()


class AccountWrote(ZaloMessageEvent):
    """The event that the official account wrote (an echo), by the API or by a person in the OA Manager."""

    account_is = AccountSide.SENDER

    @property
    def by_person(self) -> bool:
        """Whether a person wrote the message in the OA Manager, and so has taken over the conversation."""
        return bool(self.sender.admin_id)


class AccountWroteInGroup(AccountWrote):
    """The event that the official account wrote in one of its groups (an echo); the group is the recipient."""


class VisitorWrote(ZaloMessageEvent):
    """The event that a visitor without a Zalo account wrote in a web site's widget; replies need the conversation's
    id.
    """

    account_is = AccountSide.RECIPIENT


class MessageReacted(ZaloEvent):
    """The event that a person, or the account, reacted to a message."""

    class Reaction(EventModel):
        """Message and icon of a reaction; `/-remove` takes it back."""

        msg_id: AnyText = ""
        react_icon: AnyText = ""

    message: Annotated[Reaction, ObjectOrEmpty] = Reaction()


class MessageReceived(ZaloEvent):
    """The event that a message of the official account arrived, one-to-one or, with a time of delivery, by telephone
    number.
    """

    class Arrived(EventModel):
        """Id of the message that arrived; if it was sent by telephone number, also time of delivery and our tracking
        id.
        """

        msg_id: Id
        delivery_time: OptionalTimestamp = None
        tracking_id: AnyText = ""

    message: Arrived
    timestamp: Timestamp


class MessageSeen(ZaloEvent):
    """The event that a person saw messages of the official account."""

    class Looked(EventModel):
        """Ids of the messages that the person saw."""

        msg_ids: AnyTexts = ()

    message: Looked
    timestamp: Timestamp
