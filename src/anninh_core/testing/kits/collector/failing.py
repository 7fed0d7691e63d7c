"""Rules of the collector kit about the errors for a source in trouble, or with hostile data."""

from datetime import timedelta

import pytest
from attrs import evolve

from anninh_core.kernel.errors import BadInput, NeedsPerson, RetryLater, TooLarge
from anninh_core.ports.collector import Collector
from anninh_core.testing.kits.collector.base import DECLARED, CollectorRules, ids, raised
from anninh_core.testing.kits.collector.http_source import BODIES, ENDLESS, RETRY_AFTER, HttpSource, refusing_address
from anninh_core.testing.kits.collector.standing import LIMITS, BuildsCollector, StandingSource, pieces

FEW = 3
SHORT = evolve(LIMITS, seconds=0.5)
_BOMBS = ("laughs", "external", "deep")
_EVERY_WAY = (
    *("error", "unavailable", "rate_limit", "unauthorised", "forbidden", "missing", "gone"),
    *("cut", "broken_line", "announced", "endless", "silent", "circle", "to_file", *_BOMBS, *BODIES),
)


class CollectorFailing(CollectorRules, kit=True):
    """Rules about the errors of a collector."""

    @pytest.fixture
    def secrets(self) -> tuple[str, ...]:
        """Strings that no error may contain: keys and passwords of the source's settings."""
        return ("kitsecret",)

    @pytest.mark.parametrize("way", ["endless", "announced"])
    def test_size(self, collector: Collector, source: StandingSource, way: str) -> None:
        """C-18 More bytes than the limit are refused as `TooLarge`, and not read."""
        source.stand(pieces(FEW))
        self.fail(source, way)
        error = raised(collector, evolve(LIMITS, size=64 * 1024))
        assert isinstance(error, TooLarge), repr(error)
        assert not isinstance(source, HttpSource) or source.sent < ENDLESS // 2

    def test_size_of_what_stands_there(self, collector: Collector, source: StandingSource) -> None:
        """C-19 A source that has grown beyond the limit is refused whole; within the limit it is collected."""
        source.stand(pieces(FEW))
        assert isinstance(raised(collector, evolve(LIMITS, size=200)), TooLarge)
        assert raised(collector) is None

    @pytest.mark.parametrize("way", ["slow", "silent"])
    def test_time(self, collector: Collector, source: StandingSource, way: str) -> None:
        """C-20 A source that sends its answer extremely slowly, or nothing, is given up as `RetryLater` after the time
        limit.
        """
        source.stand(pieces(FEW))
        self.fail(source, way)
        error = raised(collector, SHORT)
        assert isinstance(error, RetryLater), repr(error)

    def test_refused_connection(self, builds: BuildsCollector, source: StandingSource) -> None:
        """C-21 A refused connection is `RetryLater`."""
        self.fail(source, "error")
        with refusing_address() as address:
            error = raised(builds(address))
        assert isinstance(error, RetryLater), repr(error)
        assert "kitsecret" not in str(error)

    @pytest.mark.parametrize("way", ["error", "unavailable", "rate_limit"])
    def test_busy(self, collector: Collector, source: StandingSource, way: str) -> None:
        """C-22 A server in trouble, or with too many requests, is `RetryLater`, with the delay that it demands."""
        self.fail(source, way)
        error = raised(collector)
        assert isinstance(error, RetryLater), repr(error)
        if way != "error":
            assert error.after == timedelta(seconds=RETRY_AFTER)

    @pytest.mark.parametrize("way", ["unauthorised", "forbidden", "missing", "gone"])
    def test_closed_doors(self, collector: Collector, source: StandingSource, way: str) -> None:
        """C-23 A source that is gone or denies access is `NeedsPerson`: trying again doesn't help."""
        self.fail(source, way)
        error = raised(collector)
        assert isinstance(error, NeedsPerson), repr(error)

    @pytest.mark.parametrize("way", BODIES)
    def test_other_data(self, collector: Collector, source: StandingSource, way: str) -> None:
        """C-24 Data of another kind, such as a page in place of a feed, are `BadInput`, never an empty source."""
        self.fail(source, way)
        error = raised(collector)
        assert isinstance(error, BadInput), repr(error)

    @pytest.mark.parametrize("way", ["cut", "broken_line"])
    def test_cut_off(self, collector: Collector, source: StandingSource, way: str) -> None:
        """C-25 Data that break off are refused whole: otherwise the missing pieces would count as collected."""
        source.stand(pieces(FEW))
        self.fail(source, way)
        error = raised(collector)
        assert isinstance(error, BadInput | RetryLater), repr(error)

    @pytest.mark.parametrize("way", _BOMBS)
    def test_bombs(self, collector: Collector, source: StandingSource, way: str) -> None:
        """C-26 Data that expand while they are read, or refer to a local file, are `BadInput`."""
        self.fail(source, way)
        error = raised(collector)
        assert isinstance(error, BadInput), repr(error)

    @pytest.mark.parametrize("way", ["circle", "to_file"])
    def test_led_astray(self, collector: Collector, source: StandingSource, way: str) -> None:
        """C-27 A circle of redirects ends in an error, and no redirect leads to a local file."""
        self.fail(source, way)
        error = raised(collector)
        assert isinstance(error, DECLARED), repr(error)

    @pytest.mark.parametrize("way", _EVERY_WAY)
    def test_told_safely(
        self, collector: Collector, source: StandingSource, secrets: tuple[str, ...], way: str
    ) -> None:
        """C-28 Every failure raises a declared error with a sentence and without a secret."""
        source.stand(pieces(FEW))
        self.fail(source, way)
        error = raised(collector, evolve(SHORT, size=64 * 1024))
        assert isinstance(error, DECLARED), repr(error)
        assert str(error).strip(), "it says nothing"
        assert not [secret for secret in secrets if secret in str(error)]

    def test_nothing_is_lost(self, collector: Collector, source: StandingSource) -> None:
        """C-29 After trouble the same cursor continues the collection: it yields the pieces that came meanwhile, and no
        others.
        """
        source.stand(pieces(FEW))
        cursor = collector.collect("", LIMITS).cursor
        self.fail(source, "error")
        assert isinstance(raised(collector, cursor=cursor), RetryLater)
        source.stand(pieces(FEW + 1))
        assert len(ids(collector.collect(cursor, LIMITS))) == 1
