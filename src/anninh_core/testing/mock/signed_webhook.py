"""The requests of the mock service to a webhook: signed JSON."""

import hashlib
import hmac
from datetime import datetime
from typing import Annotated

import msgspec

from anninh_core.testing.mock.lines import ChatMessage, ErasureRequested, MessageRead
from anninh_core.testing.mock.state import ChatState
from anninh_core.vocabulary.messages import Attachment, WebhookRequest

SIGNATURE = "X-Mock-Signature"


class MockEvent(msgspec.Struct, frozen=True):
    """The fields of every event."""

    event: str
    id: str


class MockMessageEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A person wrote a message. `group` is "" for a private one."""

    event: str = "message"
    id: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    message_id: str
    sender: str
    sender_name: str
    group: str
    text: str
    attachments: tuple[Attachment, ...]
    reply_to: str


class MockSeenEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A person read a message."""

    event: str = "seen"
    id: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    message_id: str


class MockWithdrawEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A person asked for the deletion of all their data."""

    event: str = "withdraw"
    id: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    person: str


def signature(secret: str, body: bytes) -> str:
    """Return the header value that signs a body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def build_request(secret: str, event_id: str, state: ChatState) -> WebhookRequest:
    """Return the signed request of a pending event."""
    body = msgspec.json.encode(_build_event(event_id, state.pending[event_id], state))
    return WebhookRequest(body, (("Content-Type", "application/json"), (SIGNATURE, signature(secret, body))))


def _build_event(
    id: str, about: ChatMessage | MessageRead | ErasureRequested, state: ChatState
) -> MockMessageEvent | MockSeenEvent | MockWithdrawEvent:
    if isinstance(about, ErasureRequested):
        return MockWithdrawEvent(id=id, at=about.at, person=about.person)
    if isinstance(about, MessageRead):
        return MockSeenEvent(id=id, at=about.at, message_id=about.message)
    return MockMessageEvent(
        id=id,
        at=about.at,
        message_id=about.id,
        sender=about.author,
        sender_name=state.people[about.author],
        group=about.conversation if about.group else "",
        text=about.text,
        attachments=about.attachments,
        reply_to=about.reply_to,
    )
