"""Parsing of an event by its adapter; whatever the adapter raises or returns, the event isn't lost."""

import logging
from collections.abc import Sequence
from hashlib import sha256

import msgspec
from attrs import frozen

from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.vocabulary.messages import Address, DeliveryReport, Echo, InboundMessage, WebhookRequest, Withdrawal

Event = InboundMessage | DeliveryReport | Echo | Withdrawal

ACCUSING_PREFIX = b"\0accusing\0"
"""Prefix of the body of an internal event: a message whose danger was handled, and whose accusation is still
pending.
"""


@frozen
class AccusingMessage:
    """A message whose danger was handled, and whose accusation is still pending."""

    message: InboundMessage

    @property
    def conversation(self) -> Address:
        """The address of the message's conversation."""
        return self.message.conversation


_log = logging.getLogger(__name__)
_decoder = msgspec.json.Decoder(InboundMessage)


class Unreadable(Exception):
    """Raised if the adapter can't read an event.

    Attributes:
        error: class of the adapter's exception. Its text is left out: it may quote a person's words.
    """

    def __init__(self, error: str) -> None:
        super().__init__(f"the adapter's `parse` raised {error}")
        self.error = error


def parse_event(messenger: Messenger, body: bytes) -> Sequence[Event]:
    """Return the parts of an event, as the messenger's adapter parses its body.

    Raises:
        Unreadable: `parse` raises, or returns values that can't be stored.
    """
    try:
        return _parse_and_check(messenger, body)
    except Exception as error:  # noqa: BLE001  whatever an adapter raises, and a stack or a memory that is full
        reason = type(error).__name__
    # The exception is raised outside the `except` block, because inside it would keep the body in memory.
    raise Unreadable(reason)


def parse_inbox_body(messenger: Messenger, body: bytes) -> Sequence[Event | AccusingMessage]:
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
    """Return the dedupe key of an event, a hash of its body, for an adapter that gives no key."""
    # The text must stay the same as in stored events of earlier versions.
    return f"not understood\0{sha256(body).hexdigest()}"


def _parse_and_check(messenger: Messenger, body: bytes) -> Sequence[Event]:
    parts = tuple(messenger.parse(body))
    for part in parts:
        if not isinstance(part, Event):
            raise TypeError(f"{messenger.instance} gives a {type(part).__name__}, which is no event")
        for address in (getattr(part, "conversation", None), getattr(part, "sender", None)):
            if isinstance(address, Address):
                address.key.encode()  # Encoding fails for an unpaired surrogate in an id, which can't be stored.
    return parts
