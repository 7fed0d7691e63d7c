"""Parsing an event by its adapter: whatever the adapter raises or returns, the event isn't lost."""

import logging
from collections.abc import Sequence
from hashlib import sha256

import msgspec
from attrs import frozen

from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.vocabulary.messages import Address, DeliveryReport, Echo, InboundMessage, WebhookRequest, Withdrawal

Event = InboundMessage | DeliveryReport | Echo | Withdrawal

ACCUSING_PREFIX = b"\0accusing\0"
"""Prefix of the body of an internal event: a message with its danger handled and its accusation pending."""


@frozen
class AccusingMessage:
    """A message with its danger handled and its accusation pending."""

    message: InboundMessage

    @property
    def conversation(self) -> Address:
        """The address of the message's conversation."""
        return self.message.conversation


_log = logging.getLogger(__name__)
_decoder = msgspec.json.Decoder(InboundMessage)


class Unreadable(Exception):
    """The adapter can't read an event.

    Attributes:
        error: class of the adapter's exception. Its text is left out: it may quote a person's words.
    """

    def __init__(self, error: str) -> None:
        super().__init__(f"the adapter's `parse` raised {error}")
        self.error = error


def parse_event(messenger: Messenger, body: bytes) -> Sequence[Event]:
    """Return the parts of an event.

    Raises:
        Unreadable: `parse` raises, or returns values that can't be stored.
    """
    try:
        return _parse(messenger, body)
    except Exception as error:  # noqa: BLE001  whatever an adapter raises, and a stack or a memory that is full
        reason = type(error).__name__
    raise Unreadable(reason)  # outside the `except`, or the exception would keep the body in memory


def parse_stored(messenger: Messenger, body: bytes) -> Sequence[Event | AccusingMessage]:
    """Return the parts of an inbox row: an event of the messenger, or an internal event.

    Raises:
        Unreadable: as `parse_event`.
    """
    if body.startswith(ACCUSING_PREFIX):
        return (AccusingMessage(_decoder.decode(body.removeprefix(ACCUSING_PREFIX))),)
    return parse_event(messenger, body)


def dedupe_key(messenger: Messenger, request: WebhookRequest) -> str:
    """Return a key that is equal for repeated deliveries of an event: the adapter's, or else the hash of the body."""
    try:
        key = messenger.dedupe_key(request)
        if key and key.encode():
            return key
        reason = "no key"
    except Exception as error:  # noqa: BLE001  whatever an adapter raises
        reason = type(error).__name__
    _log.warning("%s can't tell an event from others, so its hash does: %s", messenger.instance, reason)
    return hash_body(request.body)


def hash_body(body: bytes) -> str:
    """Return the dedupe key of an event for which the adapter gives none."""
    return f"not understood\0{sha256(body).hexdigest()}"  # the same text as in stored events of earlier versions


def _parse(messenger: Messenger, body: bytes) -> Sequence[Event]:
    parts = tuple(messenger.parse(body))
    for part in parts:
        if not isinstance(part, Event):
            raise TypeError(f"{messenger.instance} gives a {type(part).__name__}, which is no event")
        for address in (getattr(part, "conversation", None), getattr(part, "sender", None)):
            if isinstance(address, Address):
                address.key.encode()  # an unpaired surrogate in an id can't be stored
    return parts
