"""Sending on the bot platform: texts of at most 2000 characters, and pictures by their address."""

from collections.abc import Callable, Sequence
from functools import partial

from anninh_core.kernel.errors import RecipientUnreachable, RequestRejected
from anninh_core.vocabulary.capability import Capabilities
from anninh_core.vocabulary.messages import Attachment, OutgoingMessage, Place
from anninh_zalo.bot.api import BotApi
from anninh_zalo.sending.limits import check_id, check_url
from anninh_zalo.sending.text_split import split_text


def check_message(message: OutgoingMessage, instance: str, capabilities: Capabilities) -> None:
    """Check that a message can be sent, before any part of it is.

    Raises:
        Unsupported: it needs an ability that bots lack.
        RecipientUnreachable: its address is another messenger's.
        RequestRejected: it is empty.
    """
    capabilities.require("send_group" if message.to.place is Place.GROUP else "send_person")
    if message.to.messenger != instance:
        raise RecipientUnreachable(
            "The address belongs to messenger {messenger!r}, not to {second_messenger!r}: send through {messenger!r}.",
            second_messenger=instance,
            messenger=message.to.messenger,
        )
    if message.reply_to:
        raise capabilities.refusal("reply")
    for attachment in message.attachments:
        if attachment.kind != "image" or attachment.blob or not attachment.url:
            raise capabilities.refusal("media" if attachment.kind == "image" else "file")
    if not message.text.strip() and not message.attachments:
        raise RequestRejected("The message has neither text nor attachments: add one of them.")


def build_senders(api: BotApi, message: OutgoingMessage) -> Sequence[Callable[[], str]]:
    """Return one function for each part of a message that sends the part, texts first.

    Texts are split without numbers, so that joined they equal the approved text.
    """
    chat = check_id("the chat", message.to.id)
    text_calls = [
        partial(api.send, "sendMessage", {"chat_id": chat, "text": text}) for text in split_message_text(message)
    ]
    return [
        *text_calls,
        *(partial(api.send, "sendPhoto", _photo_body(chat, picture)) for picture in message.attachments),
    ]


def split_message_text(message: OutgoingMessage) -> Sequence[str]:
    """Return the texts into which a message is split."""
    return [text for text in split_text(message.text, numbering="") if text.strip()]


def _photo_body(chat: str, picture: Attachment) -> dict[str, str]:
    return {"chat_id": chat, "photo": check_url(picture.url)}
