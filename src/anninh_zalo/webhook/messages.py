"""Messages, one-to-one and in groups: of people, of the account itself, of visitors; and what became of them."""

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
    """A place, WGS 84; numbers or text."""

    latitude: Degrees = None
    longitude: Degrees = None


class BusinessCard(EventModel):
    """A contact that somebody passed on; the name is the message's text."""

    phone: AnyText = ""
    qr_code_url: AnyText = Field(default="", validation_alias="qrCodeUrl")


class AttachmentPayload(EventModel):
    """What an attachment says; which fields there are depends on its type.

    Attributes:
        id: of a sticker.
        size: of a file, in bytes, as text.
        type: of a file, its extension.
        checksum: of a file, MD5.
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
        """Return the contact of a business card: its description is JSON in a text. None for anything else."""
        try:
            return BusinessCard.model_validate_json(self.description)
        except ValidationError:
            return None


class EventAttachment(EventModel):
    """An attachment."""

    type: AnyText = ""
    payload: Annotated[AttachmentPayload, ObjectOrEmpty] = AttachmentPayload()


class MessageContent(EventModel):
    """What somebody sent.

    Attributes:
        quote_msg_id: of the message it answers, or "".
        conversation_id: of a visitor's conversation.
    """

    msg_id: AnyText = ""
    text: AnyText = ""
    quote_msg_id: AnyText = ""
    conversation_id: AnyText = ""
    attachments: Annotated[tuple[Annotated[EventAttachment, ObjectOrEmpty], ...], ListOrEmpty] = ()

    def mentions(self) -> tuple[str, ...]:
        """Return the ids mentioned: of people, of the account, or of the group for everybody in it."""
        return tuple(_MENTION.findall(self.text)) if "[@" in self.text else ()


class IdentifiedMessage(MessageContent):
    """What a person sent: without an id it couldn't be told from another."""

    msg_id: Id


class ZaloMessageEvent(ZaloEvent):
    """Somebody sent something."""

    message: Annotated[MessageContent, ObjectOrEmpty] = MessageContent()


class PersonWrote(ZaloMessageEvent):
    """A person wrote to the official account."""

    account_is = AccountSide.RECIPIENT

    message: IdentifiedMessage
    sender: IdentifiedParty
    timestamp: Timestamp


class PersonWroteInGroup(ZaloMessageEvent):
    """A person wrote in a group of the official account, which is the recipient."""

    account_is = AccountSide.OA_ID

    message: IdentifiedMessage
    sender: IdentifiedParty
    recipient: IdentifiedParty
    timestamp: Timestamp

    def addresses(self, oa_id: str) -> bool:
        """Tell whether the account was mentioned."""
        return oa_id in self.message.mentions()


class AccountWrote(ZaloMessageEvent):
    """An echo: the official account wrote, by the API or by a person's hand in the OA Manager."""

    account_is = AccountSide.SENDER

    @property
    def by_person(self) -> bool:
        """Whether a person wrote it in the OA Manager: somebody has taken over the conversation."""
        return bool(self.sender.admin_id)


class AccountWroteInGroup(AccountWrote):
    """An echo of what the official account wrote in one of its groups, which is the recipient."""


class VisitorWrote(ZaloMessageEvent):
    """Somebody wrote in the widget of a web site, without being a user; answers need the conversation's id."""

    account_is = AccountSide.RECIPIENT


class MessageReacted(ZaloEvent):
    """A person, or the account, put a reaction on a message."""

    class Reaction(EventModel):
        """Which one, on what; `/-remove` takes it back."""

        msg_id: AnyText = ""
        react_icon: AnyText = ""

    message: Annotated[Reaction, ObjectOrEmpty] = Reaction()


class MessageReceived(ZaloEvent):
    """A message of the official account arrived, one-to-one or, with a time of delivery, by telephone number."""

    class Arrived(EventModel):
        """Which message, and for those sent by telephone number when and under which mark of ours."""

        msg_id: Id
        delivery_time: OptionalTimestamp = None
        tracking_id: AnyText = ""

    message: Arrived
    timestamp: Timestamp


class MessageSeen(ZaloEvent):
    """A person looked at messages of the official account."""

    class Looked(EventModel):
        """Which messages."""

        msg_ids: AnyTexts = ()

    message: Looked
    timestamp: Timestamp
