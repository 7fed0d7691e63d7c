"""Pieces that the collector kit's source publishes. All names are made up."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

from attrs import frozen

from anninh_core.ports.collector import CollectionLimits, Collector

BEGIN = datetime(2021, 8, 30, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
VIETNAM = timezone(timedelta(hours=7))
LIMITS = CollectionLimits(pieces=50, size=256 * 1024, seconds=10)
"""Limits of reading the source once, unless a rule sets others."""


@frozen(kw_only=True)
class StandingPiece:
    """A piece of content that the source publishes: its texts are HTML, as nearly all sources write them.

    Attributes:
        id: the source's id of the piece.
        published: moment of publication, aware.
    """

    id: str
    title: str
    words: str
    address: str
    published: datetime
    author: str = "kitauthor"


WritesPieces = Callable[[Sequence[StandingPiece]], bytes]
"""Function that makes the source's answer from its pieces, in their order."""

BuildsCollector = Callable[[str], Collector]
"""Function that builds a collector for the source at an address."""


class StandingSource(Protocol):
    """A source of content that the collector kit controls."""

    @property
    def address(self) -> str:
        """Address of the source, from which a collector reads."""
        ...

    @property
    def asked(self) -> int:
        """Number of times that the source was read so far."""
        ...

    def stand(self, pieces: Sequence[StandingPiece]) -> None:
        """Publish these pieces at the source, in their order, and end any failure."""
        ...

    def fail(self, name: str) -> bool:
        """Make each reading of the source fail in the way `name` from now on; return False if this source can't."""
        ...


def piece(number: int, *, id: str = "", title: str = "", words: str = "", address: str = "") -> StandingPiece:
    """Return a piece of content; the higher its number, the later it was published."""
    return StandingPiece(
        id=id or f"tag:kit.invalid,2021:{number}",
        title=title or f"kittitle{number}",
        words=words or f"<p>kitwords{number} Không chuyển tiền &amp; gọi 113</p>",
        address=address or f"https://kit.invalid/tin/{number}",
        published=(BEGIN + number * HOUR).astimezone(VIETNAM),
    )


def pieces(count: int, begin: int = 0) -> list[StandingPiece]:
    """Return some pieces of content, the latest first, as sources have them."""
    return [piece(number) for number in reversed(range(begin, begin + count))]
