"""Attachments of people's messages, in the platform's format."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from anninh_zalo.testing.wire import Json


@frozen
class SandboxAttachment:
    """An attachment of a person's message; `kind` is part of the event's name, and mostly also the attachment's
    type.
    """

    kind: str
    payload: Mapping[str, Any]

    def attachment(self) -> Json:
        """Return the attachment in the format of events."""
        return {"type": "link" if self.kind == "business_card" else self.kind, "payload": dict(self.payload)}


def image(url: str) -> SandboxAttachment:
    """Return a picture as the attachment of a message."""
    return SandboxAttachment("image", {"url": url, "thumbnail": url})


def gif(url: str) -> SandboxAttachment:
    """Return a moving picture as the attachment of a message."""
    return SandboxAttachment("gif", {"url": url, "thumbnail": url})


def video(url: str, description: str = "") -> SandboxAttachment:
    """Return a film as the attachment of a message."""
    return SandboxAttachment("video", {"url": url, "thumbnail": url, "description": description})


def audio(url: str) -> SandboxAttachment:
    """Return a recording as the attachment of a message."""
    return SandboxAttachment("audio", {"url": url})


def file(url: str, name: str, content: bytes = b"") -> SandboxAttachment:
    """Return a file as the attachment of a message; its size comes as text, with a checksum and its type by name."""
    checksum = hashlib.md5(content, usedforsecurity=False).hexdigest()
    kind = name.rpartition(".")[2]
    return SandboxAttachment(
        "file", {"url": url, "name": name, "size": str(len(content)), "checksum": checksum, "type": kind}
    )


def sticker(id: str, url: str = "") -> SandboxAttachment:
    """Return a sticker as the attachment of a message."""
    return SandboxAttachment("sticker", {"id": id, "url": url})


def location(latitude: float, longitude: float) -> SandboxAttachment:
    """Return a place as the attachment of a message; the coordinates come as text."""
    return SandboxAttachment("location", {"coordinates": {"latitude": str(latitude), "longitude": str(longitude)}})


def link(url: str, title: str = "", description: str = "") -> SandboxAttachment:
    """Return a link as the attachment of a message."""
    return SandboxAttachment("link", {"url": url, "thumbnail": "", "title": title, "description": description})


def business_card(phone: str, url: str = "") -> SandboxAttachment:
    """Return a business card as the attachment of a message; the description is JSON inside a text."""
    description = json.dumps({"phone": phone, "qrCodeUrl": ""})
    return SandboxAttachment("business_card", {"thumbnail": "", "url": url, "description": description})
