"""Functions that read a feed and return its pieces in plain text, the oldest first.

`feedparser` reads the many dialects. It is lenient, but truncated data or data that declares entities must not be
accepted as a feed: so expat parses the data first and refuses it if it is incomplete or has a DOCTYPE, which no current
feed needs.
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

feedparser: Any = import_module("feedparser")  # feedparser has no type annotations.
_LAST = datetime.max.replace(tzinfo=UTC)


def read_feed(data: bytes) -> list[CollectedPiece]:
    """Return the pieces of a feed; those without a time come last, in the feed's order.

    Raises:
        BadInput: the data is no feed, is incomplete, or has a DOCTYPE.
    """
    _require_whole_feed(data)
    feed: Any = feedparser.parse(BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    if not feed.version:
        raise BadInput("what stands there is no RSS or Atom feed")
    licence = feed.feed.get("license", "")
    pieces = [_read_piece(entry, licence) for entry in feed.entries]
    return sorted((piece for piece in pieces if piece is not None), key=lambda piece: piece.published or _LAST)


def _read_piece(entry: Any, licence: str) -> CollectedPiece | None:
    title = _get_plain_text(entry.get("title_detail"))
    words = _get_plain_text(_find_longest_text(entry))
    address = entry.get("link", "")
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    id = entry.get("id") or address
    if not id or not (title or words):
        return None  # The piece has no id for later readings, or nothing to show.
    return CollectedPiece(
        id=id,
        title=title or words[:100],
        words=words,
        address=address if address.startswith(("https://", "http://")) else "",
        published=datetime.fromtimestamp(timegm(moment), UTC) if moment else None,
        author=plain_words(entry.get("author", "")),
        licence=entry.get("license") or licence,
    )


def _find_longest_text(entry: Any) -> Any:
    """Return the longest text of a piece: some feeds have both a summary and the whole text."""
    texts = [*entry.get("content", ()), entry.get("summary_detail")]
    return max((text for text in texts if text), key=lambda text: len(text.value), default=None)


def _get_plain_text(detail: Any) -> str:
    if detail is None:
        return ""
    is_plain = detail.type == "text/plain" and "<" not in detail.value
    return " ".join(drop_hidden(nfc(detail.value)).split()) if is_plain else plain_words(detail.value)


def _require_whole_feed(data: bytes) -> None:
    def refuse(*_: object) -> NoReturn:
        raise BadInput("the feed has a DOCTYPE, which may declare what grows or reaches out; it isn't read")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise BadInput(f"what stands there is no whole XML: {expat.ErrorString(error.code)}") from None
