"""Zalo's webhook events in the core's words."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from pydantic import ValidationError

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.vocabulary.messages import Address, Attachment, DeliveryNews, DeliveryReport, InboundMessage, Place
from anninh_zalo.payload import Event, GroupMessageEvent, MessageEvent, Part, ReceivedEvent, SeenEvent

E = TypeVar("E", bound=Event)

_PERSON = "user_send_"
_GROUP = "user_send_group_"
# What the event's name says was sent -> kind of attachment.
_KINDS: Mapping[str, str] = {
    "text": "link",  # a text with something attached
    "image": "image",
    "gif": "image",
    "video": "video",
    "audio": "audio",
    "file": "file",
    "location": "location",
    "sticker": "sticker",
    "link": "link",
    "business_card": "link",
}
# Other types that an attachment may name itself -> kind.
_SPELLINGS: Mapping[str, str] = {"photo": "image", "voice": "audio"}


def parse_event(body: bytes, instance: str, oa_id: str = "") -> Sequence[InboundMessage | DeliveryReport]:
    """Turn a verified webhook body into messages and reports.

    Understood are messages of people, one-to-one and in groups of the official account, and the reports that a message
    arrived or was seen. Every other event gives nothing: echoes of the account's own messages, reactions, follows,
    visitors of a web widget, events not known yet.

    Args:
        body: as received.
        instance: name of the messenger in the settings, for the addresses.
        oa_id: one webhook serves all accounts of an application; with it, events of other accounts give nothing.

    Raises:
        BadInput: not an event of Zalo, or one without what makes it a message: its id, who wrote it and when.
    """
    event = _read(body, Event)
    name = event.event_name
    if name.startswith(_GROUP) and name.removeprefix(_GROUP) in _KINDS:
        return [_in_group(_read(body, GroupMessageEvent), instance)] if oa_id in ("", event.oa_id or oa_id) else []
    if name.startswith(_PERSON) and name.removeprefix(_PERSON) in _KINDS:
        return [_one_to_one(_read(body, MessageEvent), instance)] if oa_id in ("", event.recipient.id) else []
    # Sources disagree whether the account is the sender or the recipient of a report.
    if oa_id in ("", event.sender.id, event.recipient.id):
        return _reports(body, name, instance)
    return []


def _read(body: bytes, shape: type[E]) -> E:
    try:
        return shape.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_context=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the body"
        raise BadInput(f"this is not an event of Zalo: {place}: {first['msg']}") from error


def _one_to_one(event: MessageEvent, instance: str) -> InboundMessage:
    return _message(event, Address(instance, Place.PERSON, event.sender.id), event.event_name.removeprefix(_PERSON))


def _in_group(event: GroupMessageEvent, instance: str) -> InboundMessage:
    return _message(event, Address(instance, Place.GROUP, event.recipient.id), event.event_name.removeprefix(_GROUP))


def _message(event: MessageEvent, conversation: Address, sent: str) -> InboundMessage:
    said = event.message
    return InboundMessage(
        id=said.msg_id,
        conversation=conversation,
        sender=Address(conversation.messenger, Place.PERSON, event.sender.id),
        text=nfc(said.text),
        sent_at=event.timestamp,
        attachments=tuple(_attachment(part, _KINDS[sent]) for part in said.attachments),
        reply_to=said.quote_msg_id,
    )


def _attachment(part: Part, sent: str) -> Attachment:
    payload = part.payload
    named = _SPELLINGS.get(part.type) or _KINDS.get(part.type)
    return Attachment(
        kind=named or sent,
        name=nfc(payload.name or payload.title or payload.description),
        url=payload.url,
        latitude=payload.coordinates.latitude,
        longitude=payload.coordinates.longitude,
    )


def _reports(body: bytes, name: str, instance: str) -> Sequence[DeliveryReport]:
    if name == "user_received_message":
        arrived = _read(body, ReceivedEvent)
        at = arrived.message.delivery_time or arrived.timestamp
        return [DeliveryReport(instance, arrived.message.msg_id, DeliveryNews.DELIVERED, at)]
    if name == "user_seen_message":
        seen = _read(body, SeenEvent)
        return [DeliveryReport(instance, id, DeliveryNews.SEEN, seen.timestamp) for id in seen.message.msg_ids]
    return []
