"""Build webhook events from the messages of a history list.

Name and message id are as in the real event, so that both have the same dedupe key. If a list doesn't reveal the name
of the event, as for some shared contacts, the message's id is still the same, and the core recognises a message that it
has already received by this id.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from anninh_zalo.history.items import HistoryItem
from anninh_zalo.webhook.messages import AttachmentPayload
from anninh_zalo.webhook.parser import ATTACHMENT_KINDS, GROUP_PREFIX, PERSON_PREFIX

_SENT_KINDS: Mapping[str, str] = {
    **{name: name for name in ATTACHMENT_KINDS},
    "photo": "image",
    "picture": "image",
    "voice": "audio",
    "links": "link",
    "contact": "business_card",
    "card": "business_card",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def build_event(item: HistoryItem, oa_id: str, app_id: str) -> bytes:
    """Return the body of a webhook event for a person's message."""
    sent_kind = _get_event_kind(item)
    attachments = list(_iter_attachments(item, sent_kind))
    message: dict[str, Any] = {"msg_id": item.id}
    if item.text:
        message["text"] = item.text
    if attachments:
        message["attachments"] = attachments
    event = {
        "app_id": app_id,
        "event_name": (GROUP_PREFIX if item.group else PERSON_PREFIX) + sent_kind,
        "timestamp": str((item.at - _EPOCH) // timedelta(milliseconds=1)),
        "sender": {"id": item.author},
        "recipient": {"id": item.group or oa_id},
        "message": message,
    } | ({"oa_id": oa_id} if item.group else {})
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def _get_event_kind(item: HistoryItem) -> str:
    """Return the kind of a message, by its name in events."""
    sent_kind = _SENT_KINDS.get(item.kind, "text")
    card = AttachmentPayload(description=item.description).card() if sent_kind == "link" else None
    return "business_card" if card is not None and card.phone else sent_kind


def _iter_attachments(item: HistoryItem, sent: str) -> Iterator[Mapping[str, Any]]:
    """Yield the attachments of a message in a history list; if the list only shows that there was one, yield it without
    content.
    """
    kind = "link" if sent in ("business_card", "text") else sent
    if item.place is not None:
        place = {"latitude": item.place.latitude, "longitude": item.place.longitude}
        yield {"type": "location", "payload": {"coordinates": place}}
    elif item.url or item.thumbnail or (sent != "text" and not item.links):
        yield {"type": kind, "payload": _build_payload(item.url, item.thumbnail, name=item.name, text=item.description)}
    for link in item.links:
        yield {
            "type": "link",
            "payload": _build_payload(link.url, link.thumbnail, title=link.title, text=link.description),
        }


def _build_payload(url: str, thumbnail: str, *, name: str = "", title: str = "", text: str = "") -> Mapping[str, str]:
    fields = {"url": url, "thumbnail": thumbnail, "name": name, "title": title, "description": text}
    return {key: value for key, value in fields.items() if value}
