"""What stands at the kit's source. All names are made up."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

from attrs import frozen

from anninh_core.ports.collector import CollectionLimits, Collector

BEGIN = datetime(2021, 8, 30, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
VIETNAM = timezone(timedelta(hours=7))
LIMITS = CollectionLimits(pieces=50, size=256 * 1024, seconds=10)
"""What the kit lets a reading cost where a rule says nothing else."""


@frozen(kw_only=True)
class StandingPiece:
    """A piece as a source has it: its texts are HTML, as nearly all sources write them.

    Attributes:
        id: what the source calls it.
        published: aware.
    """

    id: str
    title: str
    words: str
    address: str
    published: datetime
    author: str = "kitauthor"


WritesPieces = Callable[[Sequence[StandingPiece]], bytes]
"""Returns what the source answers while some pieces stand there, in their order."""

BuildsCollector = Callable[[str], Collector]
"""Builds a collector that reads the source at an address."""


class StandingSource(Protocol):
    """A source that the kit leads."""

    @property
    def address(self) -> str:
        """Where it is read."""
        ...

    @property
    def asked(self) -> int:
        """How often it was read."""
        ...

    def stand(self, pieces: Sequence[StandingPiece]) -> None:
        """Let these pieces stand there, in their order, and nothing be wrong any more."""
        ...

    def fail(self, name: str) -> bool:
        """Let each reading fail in a way from now on; False where this source can't fail so."""
        ...


def piece(number: int, *, id: str = "", title: str = "", words: str = "", address: str = "") -> StandingPiece:
    """Return a piece; the higher its number, the later it was published."""
    return StandingPiece(
        id=id or f"tag:kit.invalid,2021:{number}",
        title=title or f"kittitle{number}",
        words=words or f"<p>kitwords{number} Không chuyển tiền &amp; gọi 113</p>",
        address=address or f"https://kit.invalid/tin/{number}",
        published=(BEGIN + number * HOUR).astimezone(VIETNAM),
    )


def pieces(count: int, begin: int = 0) -> list[StandingPiece]:
    """Return some pieces, the latest first, as sources have them."""
    return [piece(number) for number in reversed(range(begin, begin + count))]
