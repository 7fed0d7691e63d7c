"""Events of a bot: `{"event_name": …, "message": …}`, bare as seen on the wire or inside `result` as documented."""

import re
from hashlib import sha256
from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field, ValidationError, model_validator

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.vocabulary.messages import Address, Attachment, InboundMessage, Place
from anninh_zalo.webhook.body import parse_body
from anninh_zalo.webhook.field_types import AnyText, EventModel, Id, Timestamp

_MESSAGE = re.compile(r"message\.(\w+)\.received")
_GROUP = "GROUP"


class MessageAuthor(EventModel):
    """Author of a message. Older events have the name in another field."""

    id: Id
    display_name: AnyText = Field(default="", validation_alias=AliasChoices("display_name", "name", "first_name"))
    is_bot: Annotated[bool, BeforeValidator(lambda value: value is True)] = False


class BotChat(EventModel):
    """The chat in which a message was sent."""

    id: Id
    chat_type: AnyText = ""

    @property
    def is_group(self) -> bool:
        """Whether the chat is a group."""
        return self.chat_type.upper() == _GROUP


class BotMessage(EventModel):
    """A message in an event of a bot, with author, chat, time and any content."""

    message_id: Id
    date: Timestamp
    author: MessageAuthor = Field(validation_alias="from")
    chat: BotChat
    text: AnyText = ""
    caption: AnyText = ""
    photo: AnyText = ""
    photo_url: AnyText = ""
    sticker: AnyText = ""
    voice_url: AnyText = ""
    url: AnyText = ""

    @model_validator(mode="before")
    @classmethod
    def _add_chat(cls, message: Any) -> Any:
        """Build `chat` from `chat_id` and `chat_type`: one known client reads messages in this form."""
        if not isinstance(message, dict) or "chat" in message or "chat_id" not in message:
            return message
        return {**message, "chat": {"id": message["chat_id"], "chat_type": message.get("chat_type")}}


class BotUpdate(EventModel):
    """An event of a bot; `message` is set if it contains a message.

    Attributes:
        kind: text, image, sticker, voice, unsupported, or a later kind of Zalo's; "" for an event without a message.
    """

    kind: str = ""
    message: BotMessage | None = None

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """Attachments of the message.

        Content that Zalo withholds from bots, and content of later kinds, becomes an attachment that only shows that
        something was sent: even without text, the message becomes a case, and a person asks for the content.
        """
        message = self.message
        if message is None or self.kind == "text":
            return ()
        if self.kind == "image":
            return (Attachment("image", url=message.photo or message.photo_url),)
        if self.kind == "sticker":
            return (Attachment("sticker", name=message.sticker, url=message.url),)
        if self.kind == "voice":
            return (Attachment("audio", url=message.voice_url),)
        return (Attachment("file", url=message.url),)


def parse_update(body: bytes) -> BotUpdate:
    """Parse the body of an event of a bot.

    Raises:
        BadInput: not an event of the platform, or a message without id, author, chat or time.
    """
    body_object = parse_body(body)
    event = (
        body_object.get("result")
        if body_object is not None and isinstance(body_object.get("result"), dict)
        else body_object
    )
    name = event.get("event_name") if event else None
    if event is None or not isinstance(name, str) or not name:
        raise BadInput("This isn't an event of the Zalo bot platform: the field event_name is missing.")
    kind = _MESSAGE.fullmatch(name)
    message = event.get("message")
    if kind is None or not message:  # Zalo tests a webhook with an empty message.
        return BotUpdate()
    return BotUpdate(kind=kind[1], message=_parse_message(message))


def _parse_message(message: Any) -> BotMessage:
    try:
        return BotMessage.model_validate(message)
    except ValidationError as error:
        names = sorted({str(problem["loc"][0]) if problem["loc"] else "message" for problem in error.errors()})
    raise BadInput(
        "A message of the Zalo bot platform can't be read: these fields are wrong or missing: {fields}.", fields=names
    )


def dedupe_key(body: bytes) -> str:
    """Return a key that is equal for repeated deliveries of an event: the message's id, else a hash of the body.

    Raises:
        BadInput: as `parse_update`.
    """
    message = parse_update(body).message
    return f"message:{message.message_id}" if message else f"event:{sha256(body).hexdigest()}"


def to_inbound_message(instance: str, update: BotUpdate, message: BotMessage) -> InboundMessage:
    """Return a bot's message in the core's form; in a private chat, the chat's id is the person's."""
    conversation = Address(instance, Place.GROUP if message.chat.is_group else Place.PERSON, message.chat.id)
    return InboundMessage(
        id=message.message_id,
        conversation=conversation,
        sender=Address(instance, Place.PERSON, message.author.id) if message.chat.is_group else conversation,
        sender_name=nfc(message.author.display_name),
        text=nfc(message.text or message.caption),
        sent_at=message.date,
        attachments=update.attachments,
    )
