"""What a bot hears: `{"event_name": …, "message": …}`, bare as seen on the wire or inside `result` as documented."""

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
    """Who wrote. Older events call the name otherwise."""

    id: Id
    display_name: AnyText = Field(default="", validation_alias=AliasChoices("display_name", "name", "first_name"))
    is_bot: Annotated[bool, BeforeValidator(lambda value: value is True)] = False


class BotChat(EventModel):
    """Where it was written."""

    id: Id
    chat_type: AnyText = ""

    @property
    def is_group(self) -> bool:
        """Whether others read it too."""
        return self.chat_type.upper() == _GROUP


class BotMessage(EventModel):
    """A message: who, where, when, and whichever content it has."""

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
    def _with_chat(cls, message: Any) -> Any:
        """Gather the chat from fields of its own: one client reads messages in which it stands so."""
        if not isinstance(message, dict) or "chat" in message or "chat_id" not in message:
            return message
        return {**message, "chat": {"id": message["chat_id"], "chat_type": message.get("chat_type")}}


class BotUpdate(EventModel):
    """An event; `message` is set where it contains a message.

    Attributes:
        kind: text, image, sticker, voice, unsupported, or what Zalo adds; "" for what is no message.
    """

    kind: str = ""
    message: BotMessage | None = None

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """What came with the words.

        Of what Zalo withholds from bots, and of kinds that didn't exist yet, there is an attachment that says nothing
        but that something was sent: without words, too, it becomes a case, and a person asks what it was.
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
    """Read an event.

    Raises:
        BadInput: it is none of the platform's, or a message without id, author, chat or time.
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
    if kind is None or not message:  # the try of a webhook carries an empty message
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
    """Return what is equal for the same event delivered again: the message's id.

    Raises:
        BadInput: as `parse_update`.
    """
    message = parse_update(body).message
    return f"message:{message.message_id}" if message else f"event:{sha256(body).hexdigest()}"


def to_inbound_message(instance: str, update: BotUpdate, said: BotMessage) -> InboundMessage:
    """Return a message as the core knows it; in private, the chat is the person."""
    conversation = Address(instance, Place.GROUP if said.chat.is_group else Place.PERSON, said.chat.id)
    return InboundMessage(
        id=said.message_id,
        conversation=conversation,
        sender=Address(instance, Place.PERSON, said.author.id) if said.chat.is_group else conversation,
        sender_name=nfc(said.author.display_name),
        text=nfc(said.text or said.caption),
        sent_at=said.date,
        attachments=update.attachments,
    )
