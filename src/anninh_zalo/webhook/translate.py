"""Translate Zalo's webhook events into the core's types."""

from collections.abc import Mapping, Sequence

from anninh_core.kernel.text import nfc
from anninh_core.vocabulary.messages import (
    Address,
    Attachment,
    DeliveryNews,
    DeliveryReport,
    Echo,
    InboundMessage,
    Place,
    Withdrawal,
)
from anninh_zalo.webhook.event import ZaloEvent
from anninh_zalo.webhook.messages import (
    AccountWrote,
    AccountWroteInGroup,
    EventAttachment,
    MessageReceived,
    MessageSeen,
    PersonWrote,
    PersonWroteInGroup,
    VisitorWrote,
)
from anninh_zalo.webhook.parser import (
    ATTACHMENT_KINDS,
    GROUP_PREFIX,
    PERSON_PREFIX,
    TO_VISITOR_PREFIX,
    VISITOR_PREFIX,
    read_event,
)
from anninh_zalo.webhook.people import WithdrawalRequested
from anninh_zalo.webhook.visitors import Visitor

PlatformEvent = InboundMessage | DeliveryReport | Echo | Withdrawal
"""The core's types into which Zalo's events are translated."""

_UNKNOWN = "file"  # This kind of attachment is used for content of an undocumented kind.
# Other names that Zalo uses for types of attachments -> kind.
_KIND_ALIASES: Mapping[str, str] = {"photo": "image", "voice": "audio"}


def parse_event(body: bytes, instance: str, oa_id: str = "") -> Sequence[PlatformEvent]:
    """Turn a verified webhook body into messages, reports, echoes and withdrawals.

    Translated are people's messages, one-to-one, in groups of the official account and in the widget of a web site;
    reports that a message arrived or was seen; echoes of the account's own messages; and a person's request for
    deletion. Every other event gives an empty list: reactions, follows, unknown events.

    Args:
        body: as received.
        instance: name of the messenger in the settings, for the addresses.
        oa_id: account to which events must belong, as one webhook serves all accounts of an application; "" for any.

    Raises:
        BadInput: see `read_event`.
    """
    event = read_event(body)
    return translate_event(event, instance) if not oa_id or event.belongs_to(oa_id) else []


def translate_event(event: ZaloEvent, instance: str) -> Sequence[PlatformEvent]:
    """Translate an event for the core; return an empty list for kinds without a counterpart in the core."""
    match event:
        case PersonWrote():
            person = Address(instance, Place.PERSON, event.sender.id)
            return [_translate_message(event, person, event.event_name.removeprefix(PERSON_PREFIX))]
        case PersonWroteInGroup():
            group = Address(instance, Place.GROUP, event.recipient.id)
            return [_translate_message(event, group, event.event_name.removeprefix(GROUP_PREFIX))]
        case VisitorWrote():
            return _translate_visitor_message(event, instance)
        case AccountWrote():
            return _translate_echo(event, instance)
        case MessageReceived():
            at = event.message.delivery_time or event.timestamp
            return [DeliveryReport(instance, event.message.msg_id, DeliveryNews.DELIVERED, at)]
        case MessageSeen():
            ids = filter(None, event.message.msg_ids)
            return [DeliveryReport(instance, id, DeliveryNews.SEEN, event.timestamp) for id in ids]
        case WithdrawalRequested():
            return [_translate_withdrawal(event, instance)]
        case _:
            return []


def _translate_withdrawal(event: WithdrawalRequested, instance: str) -> Withdrawal:
    """Return a person's withdrawal of consent; with only an id within the application, the person can't be written
    to.
    """
    person = Address(instance, Place.PERSON, event.user_id) if event.user_id else None
    return Withdrawal(conversation=person, at=event.timestamp, alias="" if person else event.user_id_by_app)


def _translate_echo(event: AccountWrote, instance: str) -> Sequence[Echo]:
    """Return the echo of a message by the account, or an empty list for a message to a visitor, or without id,
    recipient or time.

    Zalo includes the writer (`admin_id`) only if a person wrote in the OA Manager.
    """
    to = event.recipient.id
    id = event.message.msg_id
    if not to or not id or event.timestamp is None or event.event_name.startswith(TO_VISITOR_PREFIX):
        return []
    place = Place.GROUP if isinstance(event, AccountWroteInGroup) else Place.PERSON
    return [
        Echo(
            conversation=Address(instance, place, to),
            platform_id=id,
            text=nfc(event.message.text),
            at=event.timestamp,
            by_operator=event.by_person,
        )
    ]


def _translate_visitor_message(event: VisitorWrote, instance: str) -> Sequence[InboundMessage]:
    """Return a visitor's message, or an empty list if the event lacks author, message id or time."""
    message = event.message
    if not event.sender.id or not message.msg_id or event.timestamp is None:
        return []
    visitor = Address(instance, Place.PERSON, Visitor(event.sender.id, message.conversation_id).address)
    sent_kind = event.event_name.removeprefix(VISITOR_PREFIX)
    attachments = tuple(_translate_attachment(part, sent_kind) for part in message.attachments)
    return [
        InboundMessage(
            id=message.msg_id,
            conversation=visitor,
            sender=visitor,
            text=nfc(message.text),
            sent_at=event.timestamp,
            attachments=attachments,
        )
    ]


def _translate_message(
    event: PersonWrote | PersonWroteInGroup, conversation: Address, sent_kind: str
) -> InboundMessage:
    content = event.message
    return InboundMessage(
        id=content.msg_id,
        conversation=conversation,
        sender=Address(conversation.messenger, Place.PERSON, event.sender.id),
        text=nfc(content.text),
        sent_at=event.timestamp,
        attachments=tuple(_translate_attachment(part, sent_kind) for part in content.attachments)
        or _build_placeholders(content.text, sent_kind),
        reply_to=content.quote_msg_id,
    )


def _build_placeholders(text: str, sent_kind: str) -> tuple[Attachment, ...]:
    """Return a placeholder for content of unknown kind without text, so that an officer checks it."""
    return () if sent_kind in ATTACHMENT_KINDS or text.strip() else (Attachment(_UNKNOWN),)


def _translate_attachment(part: EventAttachment, sent_kind: str) -> Attachment:
    payload = part.payload
    kind = _KIND_ALIASES.get(part.type) or ATTACHMENT_KINDS.get(part.type) or ATTACHMENT_KINDS.get(sent_kind, _UNKNOWN)
    card = payload.card() if sent_kind == "business_card" else None
    name = card.phone if card else payload.name or payload.title or payload.description
    if kind != "location":
        return Attachment(kind, nfc(name), payload.url)
    place = payload.coordinates
    return Attachment(kind, nfc(name), payload.url, latitude=place.latitude, longitude=place.longitude)
