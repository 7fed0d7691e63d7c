"""Parsers of the messages in Zalo's lists of conversations.

The fields are those of `listrecentchat` and `conversation`, for people and for groups; which fields are present depends
on the kind of message, and numbers come as text or text as numbers.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from attrs import field, frozen

from anninh_core.kernel.text import nfc
from anninh_zalo.webhook.field_types import as_text, parse_timestamp
from anninh_zalo.webhook.messages import Coordinates


@frozen(kw_only=True)
class HistoryLink:
    """A link in a message."""

    url: str = field(default="", repr=False)
    thumbnail: str = field(default="", repr=False)
    title: str = field(default="", repr=False)
    description: str = field(default="", repr=False)


@frozen(kw_only=True)
class HistoryItem:
    """A message in a history list.

    Attributes:
        id: the platform's id, the same as in its webhook.
        at: time of writing, with time zone.
        author: id of the person or the account that wrote it; may be "" if `ours` is set.
        ours: whether the account wrote it, None if the list doesn't contain it (`src`: 0 the account, 1 a person).
        to: id of the recipient, one-to-one.
        group: id of the group, "" one-to-one.
        kind: Zalo's name for it in lower case, such as text, photo, voice, gif, link, links, sticker or location.
        text: NFC, possibly empty.
        url, thumbnail: addresses of the attachment and its preview.
        name: name of a file.
        description: description of a link or a film; for a shared contact it is JSON.
        place: coordinates of a location.
    """

    id: str
    at: datetime
    author: str = field(repr=False)
    ours: bool | None = None
    to: str = field(default="", repr=False)
    group: str = ""
    kind: str = "text"
    text: str = field(default="", repr=False)
    url: str = field(default="", repr=False)
    thumbnail: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    description: str = field(default="", repr=False)
    links: tuple[HistoryLink, ...] = field(default=(), repr=False)
    place: Coordinates | None = field(default=None, repr=False)

    def is_written_by(self, oa_id: str) -> bool:
        """Return whether the account wrote the message; in groups the author's id decides."""
        if self.ours is None or (self.group and self.author):
            return self.author == oa_id
        return self.ours

    def counterpart_id(self, oa_id: str) -> str:
        """Return the id of the other side of the conversation, which is the group or the person."""
        return self.group or (self.to if self.is_written_by(oa_id) else self.author)


def read_item(value: object) -> HistoryItem | None:
    """Parse a line of a history list; return None if id, time or author is missing, as the message can't be identified
    then.
    """
    line = value if isinstance(value, dict) else {}
    id = as_text(line.get("message_id"))
    author = as_text(line.get("from_id"))
    try:
        at = parse_timestamp(line.get("time"))
    except ValueError:
        return None
    is_own = {"0": True, "1": False}.get(as_text(line.get("src")))
    if not id or (not author and is_own is None):
        return None
    return HistoryItem(
        id=id,
        at=at,
        author=author,
        ours=is_own,
        to=as_text(line.get("to_id")),
        group=as_text(line.get("group_id")),
        kind=as_text(line.get("type")).lower() or "text",
        text=nfc(_parse_text(line, "message")),
        url=_parse_text(line, "url"),
        thumbnail=_parse_text(line, "thumb"),
        name=_parse_text(line, "name"),
        description=_parse_text(line, "description"),
        links=_parse_links(line.get("links")),
        place=_parse_place(line.get("location")),
    )


def _parse_text(line: Mapping[str, Any], name: str) -> str:
    """Return a text with half characters, such as an emoji cut in two, replaced by U+FFFD as in webhooks."""
    return as_text(line.get(name)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _parse_links(value: object) -> tuple[HistoryLink, ...]:
    lines: Sequence[object] = value if isinstance(value, list) else ()
    return tuple(
        HistoryLink(
            url=_parse_text(line, "url"),
            thumbnail=_parse_text(line, "thumb"),
            title=_parse_text(line, "title"),
            description=_parse_text(line, "description"),
        )
        for line in lines
        if isinstance(line, dict)
    )


def _parse_place(value: object) -> Coordinates | None:
    """Parse a location, which comes as an object or as JSON in a text."""
    try:
        place = Coordinates.model_validate_json(value) if isinstance(value, str) else Coordinates.model_validate(value)
    except ValueError:
        return None
    return None if place.latitude is None or place.longitude is None else place
