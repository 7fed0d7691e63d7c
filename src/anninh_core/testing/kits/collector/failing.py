"""The collector kit: what becomes of a source in trouble, or of one that means harm."""

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
    """What a collector raises."""

    @pytest.fixture
    def secrets(self) -> tuple[str, ...]:
        """What must not be read in an error: keys and passwords of the source's settings."""
        return ("kitsecret",)

    @pytest.mark.parametrize("way", ["endless", "announced"])
    def test_size(self, collector: Collector, source: StandingSource, way: str) -> None:
        """C-18 More bytes than the limit are refused as `TooLarge`, and not taken."""
        source.stand(pieces(FEW))
        self.fail(source, way)
        error = raised(collector, evolve(LIMITS, size=64 * 1024))
        assert isinstance(error, TooLarge), repr(error)
        assert not isinstance(source, HttpSource) or source.sent < ENDLESS // 2

    def test_size_of_what_stands_there(self, collector: Collector, source: StandingSource) -> None:
        """C-19 A source that has grown beyond the limit is refused whole; within it, it is told."""
        source.stand(pieces(FEW))
        assert isinstance(raised(collector, evolve(LIMITS, size=200)), TooLarge)
        assert raised(collector) is None

    @pytest.mark.parametrize("way", ["slow", "silent"])
    def test_time(self, collector: Collector, source: StandingSource, way: str) -> None:
        """C-20 A source that drips or says nothing is given up as `RetryLater` once the time allowed is over."""
        source.stand(pieces(FEW))
        self.fail(source, way)
        error = raised(collector, SHORT)
        assert isinstance(error, RetryLater), repr(error)

    def test_refused_connection(self, builds: BuildsCollector, source: StandingSource) -> None:
        """C-21 Where nobody listens it is `RetryLater`."""
        self.fail(source, "error")
        with refusing_address() as address:
            error = raised(builds(address))
        assert isinstance(error, RetryLater), repr(error)
        assert "kitsecret" not in str(error)

    @pytest.mark.parametrize("way", ["error", "unavailable", "rate_limit"])
    def test_busy(self, collector: Collector, source: StandingSource, way: str) -> None:
        """C-22 A server in trouble, or one that is asked too often, is `RetryLater`, with the time it asks for."""
        self.fail(source, way)
        error = raised(collector)
        assert isinstance(error, RetryLater), repr(error)
        if way != "error":
            assert error.after == timedelta(seconds=RETRY_AFTER)

    @pytest.mark.parametrize("way", ["unauthorised", "forbidden", "missing", "gone"])
    def test_closed_doors(self, collector: Collector, source: StandingSource, way: str) -> None:
        """C-23 A source that is gone or lets nobody in is `NeedsPerson`: asking again doesn't help."""
        self.fail(source, way)
        error = raised(collector)
        assert isinstance(error, NeedsPerson), repr(error)

    @pytest.mark.parametrize("way", BODIES)
    def test_other_data(self, collector: Collector, source: StandingSource, way: str) -> None:
        """C-24 What isn't what it reads, such as a page in place of a feed, is `BadInput`, never an empty source."""
        self.fail(source, way)
        error = raised(collector)
        assert isinstance(error, BadInput), repr(error)

    @pytest.mark.parametrize("way", ["cut", "broken_line"])
    def test_cut_off(self, collector: Collector, source: StandingSource, way: str) -> None:
        """C-25 Data that break off are refused whole: what was cut off would be taken for told."""
        source.stand(pieces(FEW))
        self.fail(source, way)
        error = raised(collector)
        assert isinstance(error, BadInput | RetryLater), repr(error)

    @pytest.mark.parametrize("way", _BOMBS)
    def test_bombs(self, collector: Collector, source: StandingSource, way: str) -> None:
        """C-26 Data that grow while they are read, or reach for a file of ours, are `BadInput`."""
        self.fail(source, way)
        error = raised(collector)
        assert isinstance(error, BadInput), repr(error)

    @pytest.mark.parametrize("way", ["circle", "to_file"])
    def test_led_astray(self, collector: Collector, source: StandingSource, way: str) -> None:
        """C-27 Whoever is led in a circle stops, and nobody is led to a file of ours."""
        self.fail(source, way)
        error = raised(collector)
        assert isinstance(error, DECLARED), repr(error)

    @pytest.mark.parametrize("way", _EVERY_WAY)
    def test_told_safely(
        self, collector: Collector, source: StandingSource, secrets: tuple[str, ...], way: str
    ) -> None:
        """C-28 In whichever way it fails, it is told in a sentence of a declared class, without a secret."""
        source.stand(pieces(FEW))
        self.fail(source, way)
        error = raised(collector, evolve(SHORT, size=64 * 1024))
        assert isinstance(error, DECLARED), repr(error)
        assert str(error).strip(), "it says nothing"
        assert not [secret for secret in secrets if secret in str(error)]

    def test_nothing_is_lost(self, collector: Collector, source: StandingSource) -> None:
        """C-29 After trouble it goes on with the cursor it had: what came meanwhile is told, and that alone."""
        source.stand(pieces(FEW))
        cursor = collector.collect("", LIMITS).cursor
        self.fail(source, "error")
        assert isinstance(raised(collector, cursor=cursor), RetryLater)
        source.stand(pieces(FEW + 1))
        assert len(ids(collector.collect(cursor, LIMITS))) == 1
