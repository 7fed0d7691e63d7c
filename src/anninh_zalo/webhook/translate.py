"""Translates Zalo's webhook events into the core's vocabulary."""

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
"""What an event may be in the core's words."""

_UNKNOWN = "file"  # what nobody has described yet
# Other types that an attachment may name itself -> kind.
_KIND_ALIASES: Mapping[str, str] = {"photo": "image", "voice": "audio"}


def parse_event(body: bytes, instance: str, oa_id: str = "") -> Sequence[PlatformEvent]:
    """Turn a verified webhook body into messages, reports, echoes and withdrawals.

    Understood are messages of people, one-to-one, in groups of the official account and in the widget of a web site;
    reports that a message arrived or was seen; echoes of what the account itself wrote; and that a person wants to be
    forgotten. Every other event gives nothing: reactions, follows, events not known yet.

    Args:
        body: as received.
        instance: name of the messenger in the settings, for the addresses.
        oa_id: one webhook serves all accounts of an application; with it, events of other accounts give nothing.

    Raises:
        BadInput: see `read_event`.
    """
    event = read_event(body)
    return translate_event(event, instance) if not oa_id or event.belongs_to(oa_id) else []


def translate_event(event: ZaloEvent, instance: str) -> Sequence[PlatformEvent]:
    """Translate an event for the core; nothing where the core doesn't know its kind."""
    match event:
        case PersonWrote():
            person = Address(instance, Place.PERSON, event.sender.id)
            return [_message(event, person, event.event_name.removeprefix(PERSON_PREFIX))]
        case PersonWroteInGroup():
            group = Address(instance, Place.GROUP, event.recipient.id)
            return [_message(event, group, event.event_name.removeprefix(GROUP_PREFIX))]
        case VisitorWrote():
            return _visitor_messages(event, instance)
        case AccountWrote():
            return _echo(event, instance)
        case MessageReceived():
            at = event.message.delivery_time or event.timestamp
            return [DeliveryReport(instance, event.message.msg_id, DeliveryNews.DELIVERED, at)]
        case MessageSeen():
            ids = filter(None, event.message.msg_ids)
            return [DeliveryReport(instance, id, DeliveryNews.SEEN, event.timestamp) for id in ids]
        case WithdrawalRequested():
            return [_withdrawal(event, instance)]
        case _:
            return []


def _withdrawal(event: WithdrawalRequested, instance: str) -> Withdrawal:
    """Return that a person withdraws; one whom Zalo names by their id of the application only can't be written to."""
    person = Address(instance, Place.PERSON, event.user_id) if event.user_id else None
    return Withdrawal(conversation=person, at=event.timestamp, alias="" if person else event.user_id_by_app)


def _echo(event: AccountWrote, instance: str) -> Sequence[Echo]:
    """Return an echo; nothing of what went to a visitor, or where the event doesn't say which message, to whom, when.

    Zalo names the person who wrote (`admin_id`) exactly where somebody did so in the OA Manager.
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


def _visitor_messages(event: VisitorWrote, instance: str) -> Sequence[InboundMessage]:
    """Return a visitor's message; nothing where the event doesn't say who wrote, which message it is, or when."""
    message = event.message
    if not event.sender.id or not message.msg_id or event.timestamp is None:
        return []
    visitor = Address(instance, Place.PERSON, Visitor(event.sender.id, message.conversation_id).address)
    sent_kind = event.event_name.removeprefix(VISITOR_PREFIX)
    attachments = tuple(_attachment(part, sent_kind) for part in message.attachments)
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


def _message(event: PersonWrote | PersonWroteInGroup, conversation: Address, sent: str) -> InboundMessage:
    content = event.message
    return InboundMessage(
        id=content.msg_id,
        conversation=conversation,
        sender=Address(conversation.messenger, Place.PERSON, event.sender.id),
        text=nfc(content.text),
        sent_at=event.timestamp,
        attachments=tuple(_attachment(part, sent) for part in content.attachments)
        or _placeholder_attachments(content.text, sent),
        reply_to=content.quote_msg_id,
    )


def _placeholder_attachments(text: str, sent: str) -> tuple[Attachment, ...]:
    """Return a placeholder for content of unknown kind, where there is nothing else: an officer has to look."""
    return () if sent in ATTACHMENT_KINDS or text.strip() else (Attachment(_UNKNOWN),)


def _attachment(part: EventAttachment, sent: str) -> Attachment:
    payload = part.payload
    kind = _KIND_ALIASES.get(part.type) or ATTACHMENT_KINDS.get(part.type) or ATTACHMENT_KINDS.get(sent, _UNKNOWN)
    card = payload.card() if sent == "business_card" else None
    name = card.phone if card else payload.name or payload.title or payload.description
    if kind != "location":
        return Attachment(kind, nfc(name), payload.url)
    place = payload.coordinates
    return Attachment(kind, nfc(name), payload.url, latitude=place.latitude, longitude=place.longitude)
