"""The collector port: reads a source outside, such as a feed or a gazette, and tells what pieces stand there.

A collector writes nothing and keeps nothing: what it has told is remembered by its cursor, which it is handed again
once the pieces are stored. Conformance rules are numbered in `anninh_core.testing.kits.collector.conformance` and in
the documentation.
"""

from datetime import datetime
from typing import Protocol

from attrs import frozen

MAX_CURSOR = 65_536
"""Characters that a cursor has at most."""


@frozen(kw_only=True)
class CollectionLimits:
    """What one reading may cost at most.

    Attributes:
        pieces: how many are told.
        size: bytes that are taken from the source.
        seconds: how long the whole of it takes, however slowly the source answers.
    """

    pieces: int = 100
    size: int = 2 * 1024 * 1024
    seconds: float = 30.0


@frozen(kw_only=True)
class CollectedPiece:
    """Something that stands at a source.

    Attributes:
        id: what the source calls it, or its address: the same each time, whatever else of it changes.
        title: in plain text, NFC.
        words: what is said, in plain text, NFC: no markup, no hidden signs; "" where the source only names it.
        address: where it stands, by http or https; "" where that isn't known.
        published: when, aware; None where the source doesn't say.
        author: who wrote it, as far as the source says.
        licence: under what it may be used, as far as the source says; a notice of copyright is none.
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
    """What one reading found.

    Attributes:
        pieces: those that were not told before, the oldest first; what came beyond the limit is told the next time.
        cursor: where to go on; it is stored after the pieces were, then handed to the next reading.
    """

    pieces: tuple[CollectedPiece, ...]
    cursor: str


class Collector(Protocol):
    """One source. Its class is registered by `anninh_collectors` and called with options of the settings.

    Attributes:
        name: of the kind of source, such as `rss`.
    """

    name: str

    def collect(self, cursor: str, limits: CollectionLimits) -> SourceReading:
        """Read the source once and return what it hasn't told before.

        It keeps nothing between two calls: with the same cursor it tells the same again, since whoever asks may have
        crashed before anything was stored.

        Args:
            cursor: of the reading before; "" for the first. One that it doesn't understand counts as "".
            limits: what it may cost.

        Raises:
            RetryLater: the source doesn't answer now; `after` says when it asks to be asked again.
            NeedsPerson: the source is gone, or doesn't let us in: its settings must be looked at.
            BadInput: what came is nothing that this collector reads, such as a page in place of a feed.
            TooLarge: more came than may be taken.
        """
        ...
