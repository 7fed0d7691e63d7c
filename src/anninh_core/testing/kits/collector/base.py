"""Fixtures and helpers for all rules of the collector kit."""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from anninh_core.kernel.errors import BadInput, NeedsPerson, RetryLater
from anninh_core.ports.collector import CollectedPiece, CollectionLimits, Collector, SourceReading
from anninh_core.testing.kits.collector.http_source import HttpSource
from anninh_core.testing.kits.collector.standing import LIMITS, BuildsCollector, StandingSource, WritesPieces
from anninh_core.testing.kits.guard import ConformanceKit

DECLARED = (RetryLater, NeedsPerson, BadInput)
"""Errors that a collector is allowed to raise."""

_PATIENCE = 20.0  # Seconds after which a reading counts as endless; far more than any limit that the rules set.
_MOST_READINGS = 100


class CollectorRules(ConformanceKit, kit=True):
    """Fixtures and helpers for the rules of the collector kit; see `CollectorConformance`."""

    @pytest.fixture
    def media_type(self) -> str:
        """Media type of the source's data."""
        return "application/xml"

    @pytest.fixture
    def source(self, writes: WritesPieces, media_type: str, tmp_path: Path) -> Iterator[StandingSource]:
        """Yield a source over HTTP; override this fixture for a source that is read in another way."""
        opened = HttpSource(writes, media_type, tmp_path)
        yield opened
        opened.close()

    @pytest.fixture
    def collector(self, builds: BuildsCollector, source: StandingSource) -> Collector:
        """The collector that reads the source."""
        return builds(source.address)

    @pytest.fixture
    def another(self, builds: BuildsCollector, source: StandingSource) -> Callable[[], Collector]:
        """Builds another collector that reads the same source, as another process would."""
        return lambda: builds(source.address)

    @staticmethod
    def fail(source: StandingSource, name: str) -> None:
        """Make the source fail in the way `name`, or skip the rule if the source can't."""
        if not source.fail(name):
            pytest.skip(f"this source can't fail so: {name}")


def read_all(collector: Collector, cursor: str = "", limits: CollectionLimits = LIMITS) -> list[CollectedPiece]:
    """Return all pieces that a collector finds, by repeated readings until one has none."""
    collected: list[CollectedPiece] = []
    for _ in range(_MOST_READINGS):
        reading = collector.collect(cursor, limits)
        if not reading.pieces:
            return collected
        collected += reading.pieces
        cursor = reading.cursor
    pytest.fail(f"after {_MOST_READINGS} readings it still tells something: {collected[-1].id!r}")


def raised(collector: Collector, limits: CollectionLimits = LIMITS, cursor: str = "") -> BaseException | None:
    """Return the error that a reading of the source raises, or None; fail if the reading doesn't end."""
    outcome: list[BaseException | None] = []

    def read_source() -> None:
        try:
            collector.collect(cursor, limits)
            outcome.append(None)
        except BaseException as error:  # noqa: BLE001  whatever it is, the rule looks at it
            outcome.append(error)

    thread = threading.Thread(target=read_source, daemon=True)
    thread.start()
    thread.join(_PATIENCE)
    if not outcome:
        pytest.fail(f"it still reads after {_PATIENCE} seconds; {limits.seconds} were allowed", pytrace=False)
    return outcome[0]


def ids(pieces: Sequence[CollectedPiece] | SourceReading) -> list[str]:
    """Return the ids of pieces, in their order."""
    return [piece.id for piece in (pieces.pieces if isinstance(pieces, SourceReading) else pieces)]
