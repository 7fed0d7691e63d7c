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
from anninh_zalo.webhook.event import Event
from anninh_zalo.webhook.messages import (
    AccountWrote,
    AccountWroteInGroup,
    Part,
    PersonWrote,
    PersonWroteInGroup,
    Received,
    Seen,
    VisitorWrote,
)
from anninh_zalo.webhook.people import Withdrew
from anninh_zalo.webhook.reading import GROUP, KINDS, PERSON, TO_VISITOR, VISITOR, read_event
from anninh_zalo.webhook.visitors import Visitor

Said = InboundMessage | DeliveryReport | Echo | Withdrawal
"""What an event may be in the core's words."""

_UNKNOWN = "file"  # what nobody has described yet
# Other types that an attachment may name itself -> kind.
_SPELLINGS: Mapping[str, str] = {"photo": "image", "voice": "audio"}


def parse_event(body: bytes, instance: str, oa_id: str = "") -> Sequence[Said]:
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
    return in_words(event, instance) if not oa_id or event.belongs_to(oa_id) else []


def in_words(event: Event, instance: str) -> Sequence[Said]:
    """Translate an event for the core; nothing where the core doesn't know its kind."""
    match event:
        case PersonWrote():
            person = Address(instance, Place.PERSON, event.sender.id)
            return [_message(event, person, event.event_name.removeprefix(PERSON))]
        case PersonWroteInGroup():
            group = Address(instance, Place.GROUP, event.recipient.id)
            return [_message(event, group, event.event_name.removeprefix(GROUP))]
        case VisitorWrote():
            return _of_visitor(event, instance)
        case AccountWrote():
            return _echo(event, instance)
        case Received():
            at = event.message.delivery_time or event.timestamp
            return [DeliveryReport(instance, event.message.msg_id, DeliveryNews.DELIVERED, at)]
        case Seen():
            ids = filter(None, event.message.msg_ids)
            return [DeliveryReport(instance, id, DeliveryNews.SEEN, event.timestamp) for id in ids]
        case Withdrew():
            return [_withdrawal(event, instance)]
        case _:
            return []


def _withdrawal(event: Withdrew, instance: str) -> Withdrawal:
    """Return that a person withdraws; one whom Zalo names by their id of the application only can't be written to."""
    person = Address(instance, Place.PERSON, event.user_id) if event.user_id else None
    return Withdrawal(conversation=person, at=event.timestamp, alias="" if person else event.user_id_by_app)


def _echo(event: AccountWrote, instance: str) -> Sequence[Echo]:
    """Return an echo; nothing of what went to a visitor, or where the event doesn't say which message, to whom, when.

    Zalo names the person who wrote (`admin_id`) exactly where somebody did so in the OA Manager.
    """
    to, id = event.recipient.id, event.message.msg_id
    if not to or not id or event.timestamp is None or event.event_name.startswith(TO_VISITOR):
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


def _of_visitor(event: VisitorWrote, instance: str) -> Sequence[InboundMessage]:
    """Return a visitor's message; nothing where the event doesn't say who wrote, which message it is, or when."""
    said = event.message
    if not event.sender.id or not said.msg_id or event.timestamp is None:
        return []
    who = Address(instance, Place.PERSON, Visitor(event.sender.id, said.conversation_id).address)
    sent = event.event_name.removeprefix(VISITOR)
    attachments = tuple(_attachment(part, sent) for part in said.attachments)
    return [
        InboundMessage(
            id=said.msg_id,
            conversation=who,
            sender=who,
            text=nfc(said.text),
            sent_at=event.timestamp,
            attachments=attachments,
        )
    ]


def _message(event: PersonWrote | PersonWroteInGroup, conversation: Address, sent: str) -> InboundMessage:
    said = event.message
    return InboundMessage(
        id=said.msg_id,
        conversation=conversation,
        sender=Address(conversation.messenger, Place.PERSON, event.sender.id),
        text=nfc(said.text),
        sent_at=event.timestamp,
        attachments=tuple(_attachment(part, sent) for part in said.attachments) or _unseen(said.text, sent),
        reply_to=said.quote_msg_id,
    )


def _unseen(text: str, sent: str) -> tuple[Attachment, ...]:
    """Return a placeholder for content of unknown kind, where there is nothing else: an officer has to look."""
    return () if sent in KINDS or text.strip() else (Attachment(_UNKNOWN),)


def _attachment(part: Part, sent: str) -> Attachment:
    payload = part.payload
    kind = _SPELLINGS.get(part.type) or KINDS.get(part.type) or KINDS.get(sent, _UNKNOWN)
    card = payload.card() if sent == "business_card" else None
    name = card.phone if card else payload.name or payload.title or payload.description
    if kind != "location":
        return Attachment(kind, nfc(name), payload.url)
    place = payload.coordinates
    return Attachment(kind, nfc(name), payload.url, latitude=place.latitude, longitude=place.longitude)
