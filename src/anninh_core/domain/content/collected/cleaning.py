"""Rules that check and clean collected pieces, so that their text is harmless and short enough for an item, and only a
safe web address remains.
"""

from datetime import datetime
from urllib.parse import urlsplit

from attrs import evolve

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.hidden import drop_hidden
from anninh_core.kernel.text import clip, nfc
from anninh_core.ports.collector import MAX_CURSOR, CollectedPiece, CollectionLimits, SourceReading

EXCERPT = 500
"""Maximum number of characters in a draft's text if the source names no licence: others' texts are summarised, not
copied.
"""

_MAX_ID = 2_000
_MAX_ADDRESS = 2_000
_MAX_LINE = 200
_MAX_WORDS = 20_000
_MAX_LICENCE = 500


def check_reading(reading: object, limits: CollectionLimits) -> SourceReading:
    """Return a collector's reading unchanged if it is valid.

    Raises:
        BadInput: the reading has the wrong type, too many pieces, or an invalid cursor; nothing of it is stored.
    """
    if not isinstance(reading, SourceReading):
        raise BadInput("The collector returned {type}: it must return a SourceReading.", type=type(reading).__name__)
    if len(reading.pieces) > limits.pieces:
        raise BadInput(
            "The collector returned {count} pieces at once: return at most {most}, as was asked.",
            count=len(reading.pieces),
            most=limits.pieces,
        )
    if not _is_text(reading.cursor, MAX_CURSOR):
        raise BadInput(
            "The collector's cursor is invalid: it must be a text of at most {most} characters.", most=MAX_CURSOR
        )
    return reading


def clean_piece(piece: object) -> CollectedPiece:
    """Return a collected piece with cleaned and shortened fields, as it is stored.

    Raises:
        BadInput: the piece has no id, neither a title nor a text, a field that isn't text, or a time without a time
            zone; the error doesn't quote the piece's text.
    """
    if not isinstance(piece, CollectedPiece):
        raise BadInput(
            "The collector returned a piece of type {type}: it must be a CollectedPiece.", type=type(piece).__name__
        )
    if not piece.id or not _is_text(piece.id, _MAX_ID):
        raise BadInput(
            "The id of a collected piece is missing or invalid: give one of at most {most} characters.", most=_MAX_ID
        )
    title = _clean_line(piece.title) or clip(_clean_line(piece.words), _MAX_LINE)
    if not title:
        raise BadInput("A collected piece has neither a title nor a text: give it one of them.")
    return evolve(
        piece,
        title=title,
        words=clip(_clean_words(piece.words), _MAX_WORDS),
        address=_clean_address(piece.address),
        published=_check_publication_time(piece.published),
        author=_clean_line(piece.author),
        licence=clip(_clean_line(piece.licence, _MAX_LICENCE), _MAX_LICENCE),
    )


def make_draft_text(words: str, licence: str) -> str:
    """Return the text that a draft begins with: the whole text if the source names a licence, otherwise an excerpt."""
    return words if licence else clip(words, EXCERPT)


def _is_text(value: object, limit: int) -> bool:
    """Return whether a value is a text of at most `limit` characters that UTF-8 can encode (no lone surrogates)."""
    return isinstance(value, str) and len(value) <= limit and value == value.encode(errors="ignore").decode()


def _clean_line(text: object, limit: int = _MAX_LINE) -> str:
    return clip(" ".join(_clean_words(text).split()), limit)


def _clean_words(text: object) -> str:
    if not isinstance(text, str):
        raise BadInput("A collected piece has {type} in place of a text: give it a text.", type=type(text).__name__)
    return drop_hidden(nfc(text)).strip()


def _clean_address(address: object) -> str:
    """Return a web address that is safe to link to, "" for any other."""
    if not isinstance(address, str) or len(address) > _MAX_ADDRESS:
        return ""
    try:
        parts = urlsplit(address.strip())
    except ValueError:  # The address has brackets that don't enclose an IPv6 address.
        return ""
    is_page = parts.scheme in ("http", "https") and parts.hostname and parts.username is None
    return drop_hidden(parts.geturl()) if is_page else ""


def _check_publication_time(moment: object) -> datetime | None:
    if moment is None:
        return None
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise BadInput("The time at which a collected piece was published has no time zone: add it.")
    return moment
