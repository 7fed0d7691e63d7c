"""What a feed says: its pieces in plain text, the oldest first.

`feedparser` reads the many dialects. It is lenient, and what is cut off or declares entities must not pass for a feed:
so expat looks at the data first and refuses what isn't whole, or has a DOCTYPE, which no feed of today needs.
"""

from calendar import timegm
from datetime import UTC, datetime
from importlib import import_module
from io import BytesIO
from typing import Any, NoReturn
from xml.parsers import expat

from anninh_core.collectors import plain_words
from anninh_core.kernel import nfc
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.hidden import drop_hidden
from anninh_core.ports import CollectedPiece

feedparser: Any = import_module("feedparser")  # it has no types
_LAST = datetime.max.replace(tzinfo=UTC)


def read_feed(data: bytes) -> list[CollectedPiece]:
    """Return the pieces of a feed; those without a moment come last, as they stand there.

    Raises:
        BadInput: it is no feed, it isn't whole, or it declares something.
    """
    _check_whole(data)
    feed: Any = feedparser.parse(BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    if not feed.version:
        raise BadInput("what stands there is no RSS or Atom feed")
    licence = feed.feed.get("license", "")
    pieces = [_read(entry, licence) for entry in feed.entries]
    return sorted((one for one in pieces if one is not None), key=lambda one: one.published or _LAST)


def _read(entry: Any, licence: str) -> CollectedPiece | None:
    title = _text(entry.get("title_detail"))
    words = _text(_longest(entry))
    address = entry.get("link", "")
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    id = entry.get("id") or address
    if not id or not (title or words):
        return None  # nothing by which it would be known again, or nothing to show
    return CollectedPiece(
        id=id,
        title=title or words[:100],
        words=words,
        address=address if address.startswith(("https://", "http://")) else "",
        published=datetime.fromtimestamp(timegm(moment), UTC) if moment else None,
        author=plain_words(entry.get("author", "")),
        licence=entry.get("license") or licence,
    )


def _longest(entry: Any) -> Any:
    """Return the fullest of what a piece says: some feeds have a summary and the whole."""
    said = [*entry.get("content", ()), entry.get("summary_detail")]
    return max((one for one in said if one), key=lambda one: len(one.value), default=None)


def _text(detail: Any) -> str:
    if detail is None:
        return ""
    is_plain = detail.type == "text/plain" and "<" not in detail.value
    return " ".join(drop_hidden(nfc(detail.value)).split()) if is_plain else plain_words(detail.value)


def _check_whole(data: bytes) -> None:
    def refuse(*_: object) -> NoReturn:
        raise BadInput("the feed has a DOCTYPE, which may declare what grows or reaches out; it isn't read")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise BadInput(f"what stands there is no whole XML: {expat.ErrorString(error.code)}") from None
