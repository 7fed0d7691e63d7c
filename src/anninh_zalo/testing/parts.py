"""What people can send along: pictures, places, files and the rest, as the platform words them."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from anninh_zalo.testing.wire import Json


@frozen
class Part:
    """Something sent along; `kind` stands in the event's name, mostly also as the attachment's type."""

    kind: str
    payload: Mapping[str, Any]

    def attachment(self) -> Json:
        """Return it as it stands in an event."""
        return {"type": "link" if self.kind == "business_card" else self.kind, "payload": dict(self.payload)}


def image(url: str) -> Part:
    """Return a picture."""
    return Part("image", {"url": url, "thumbnail": url})


def gif(url: str) -> Part:
    """Return a moving picture."""
    return Part("gif", {"url": url, "thumbnail": url})


def video(url: str, description: str = "") -> Part:
    """Return a film."""
    return Part("video", {"url": url, "thumbnail": url, "description": description})


def audio(url: str) -> Part:
    """Return a recording."""
    return Part("audio", {"url": url})


def file(url: str, name: str, content: bytes = b"") -> Part:
    """Return a file; its size comes as text, with a checksum and its type by name."""
    checksum = hashlib.md5(content, usedforsecurity=False).hexdigest()
    kind = name.rpartition(".")[2]
    return Part("file", {"url": url, "name": name, "size": str(len(content)), "checksum": checksum, "type": kind})


def sticker(id: str, url: str = "") -> Part:
    """Return a sticker."""
    return Part("sticker", {"id": id, "url": url})


def location(latitude: float, longitude: float) -> Part:
    """Return a place; the numbers come as text."""
    return Part("location", {"coordinates": {"latitude": str(latitude), "longitude": str(longitude)}})


def link(url: str, title: str = "", description: str = "") -> Part:
    """Return a link."""
    return Part("link", {"url": url, "thumbnail": "", "title": title, "description": description})


def business_card(phone: str, url: str = "") -> Part:
    """Return a card; the description is JSON inside a text."""
    description = json.dumps({"phone": phone, "qrCodeUrl": ""})
    return Part("business_card", {"thumbnail": "", "url": url, "description": description})
