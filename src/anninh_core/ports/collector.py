"""The collector port: reads an external source, such as a feed or a gazette, and returns its pieces.

A collector writes nothing and keeps no state: pieces already returned are recorded in its cursor, which the caller
passes again once the pieces are stored. Conformance rules are numbered in
`anninh_core.testing.kits.collector.conformance` and in the documentation.
"""

from datetime import datetime
from typing import Protocol

from attrs import frozen

MAX_CURSOR = 65_536
"""Maximum length of a cursor in characters."""


@frozen(kw_only=True)
class CollectionLimits:
    """Limits of reading a source once.

    Attributes:
        pieces: maximum number of pieces returned.
        size: maximum bytes read from the source.
        seconds: timeout of the whole reading, however slowly the source answers.
    """

    pieces: int = 100
    size: int = 2 * 1024 * 1024
    seconds: float = 30.0


@frozen(kw_only=True)
class CollectedPiece:
    """A piece of content that a collector read from a source.

    Attributes:
        id: the source's id of the piece, or its address: stable, whatever else changes.
        title: in plain text, NFC.
        words: content in plain text, NFC: no markup, no hidden characters; "" if the source only links to it.
        address: http or https address of the piece; "" if unknown.
        published: time of publication, aware; None if the source doesn't state it.
        author: the author, if the source names one.
        licence: licence for use, if the source names one; a copyright notice isn't a licence.
    """

    id: str
    title: str
    words: str = ""
    address: str = ""
    published: datetime | None = None
    author: str = ""
    licence: str = ""


@frozen(kw_only=True)
class SourceReading:
    """Result of reading a source once.

    Attributes:
        pieces: new pieces, oldest first; pieces beyond the limit are returned by the next reading.
        cursor: position for the next reading; it is stored after the pieces.
    """

    pieces: tuple[CollectedPiece, ...]
    cursor: str


class Collector(Protocol):
    """Reads an external source of content. Its class is registered by `anninh_collectors` and called with options of
    the settings.

    Attributes:
        name: kind of source, such as `rss`.
    """

    name: str

    def collect(self, cursor: str, limits: CollectionLimits) -> SourceReading:
        """Read the source once and return its new pieces.

        The collector keeps no state between calls: with the same cursor it returns the same pieces again, since the
        caller may have crashed before storing them.

        Args:
            cursor: cursor of the previous reading; "" for the first. An unknown cursor counts as "".
            limits: limits of this reading.

        Raises:
            RetryLater: the source doesn't answer now; `after` is the wait that it requests.
            NeedsPerson: the source is gone, or denies access: its settings must be checked.
            BadInput: the content has an unknown format, such as a page instead of a feed.
            TooLarge: the content exceeds the limits.
        """
        ...
