"""What an adapter makes of an event: whatever it raises or returns, the event itself is not lost."""

import logging
from collections.abc import Sequence
from hashlib import sha256

import msgspec
from attrs import frozen

from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.vocabulary.messages import Address, DeliveryReport, Echo, InboundMessage, WebhookRequest, Withdrawal

Event = InboundMessage | DeliveryReport | Echo | Withdrawal

ACCUSING_PREFIX = b"\0accusing\0"
"""Begins the body of an event of our own: a message whose danger was handled, and whose accusation follows."""


@frozen
class AccusingMessage:
    """A message whose danger was handled, and whose accusation follows."""

    message: InboundMessage

    @property
    def conversation(self) -> Address:
        """Where it was written."""
        return self.message.conversation


_log = logging.getLogger(__name__)
_decoder = msgspec.json.Decoder(InboundMessage)


class Unreadable(Exception):
    """The adapter can't read an event.

    Attributes:
        error: the class of what it raised. Its words are left out: they may quote what somebody wrote.
    """

    def __init__(self, error: str) -> None:
        super().__init__(f"the adapter's `parse` raised {error}")
        self.error = error


def parse_event(messenger: Messenger, body: bytes) -> Sequence[Event]:
    """Return what an event holds.

    Raises:
        Unreadable: `parse` raises, or returns what no record can be made of.
    """
    try:
        return _parse(messenger, body)
    except Exception as error:  # noqa: BLE001  whatever an adapter raises, and a stack or a memory that is full
        reason = type(error).__name__
    raise Unreadable(reason)  # outside the `except`, or the error would keep the body and its words alive


def parse_stored(messenger: Messenger, body: bytes) -> Sequence[Event | AccusingMessage]:
    """Return what a row of the inbox holds: an event of the messenger, or one of our own.

    Raises:
        Unreadable: as `parse_event`.
    """
    if body.startswith(ACCUSING_PREFIX):
        return (AccusingMessage(_decoder.decode(body.removeprefix(ACCUSING_PREFIX))),)
    return parse_event(messenger, body)


def dedupe_key(messenger: Messenger, request: WebhookRequest) -> str:
    """Return what is equal for the same event delivered again: the hash of its body where the adapter can't tell."""
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
    """Return the dedupe key of an event that the adapter gives none for."""
    return f"not understood\0{sha256(body).hexdigest()}"  # stored events of earlier versions have these words


def _parse(messenger: Messenger, body: bytes) -> Sequence[Event]:
    parts = tuple(messenger.parse(body))
    for part in parts:
        if not isinstance(part, Event):
            raise TypeError(f"{messenger.instance} gives a {type(part).__name__}, which is no event")
        for address in (getattr(part, "conversation", None), getattr(part, "sender", None)):
            if isinstance(address, Address):
                address.key.encode()  # half a character in an id can't be stored
    return parts
