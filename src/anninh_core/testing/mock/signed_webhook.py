"""Requests that the mock service sends to a webhook: signed JSON."""

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
    """The fields that every event of the mock service has."""

    event: str
    id: str


class MockMessageEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Event: a person wrote a message. `group` is "" for a private message."""

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
    """Event: a person read a message of the official account."""

    event: str = "seen"
    id: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    message_id: str


class MockWithdrawEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Event: a person asked for the deletion of all their data."""

    event: str = "withdraw"
    id: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    person: str


def sign_body(secret: str, body: bytes) -> str:
    """Return the value of the signature header for a request body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def build_request(secret: str, event_id: str, state: ChatState) -> WebhookRequest:
    """Return the signed request of a pending event."""
    body = msgspec.json.encode(_build_event(event_id, state.pending[event_id], state))
    return WebhookRequest(body, (("Content-Type", "application/json"), (SIGNATURE, sign_body(secret, body))))


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
