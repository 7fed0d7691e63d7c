"""The collector kit: what stands at a source is told once, in plain text and in limits, and trouble by its name."""

from anninh_core.testing.kits.collector.failing import CollectorFailing
from anninh_core.testing.kits.collector.telling import CollectorTelling


class CollectorConformance(CollectorTelling, CollectorFailing, kit=True):
    """Subclass it in a test module and give two fixtures.

    `writes` returns what the source answers while some pieces stand there, `builds` a collector that reads an address.
    The kit lets a source stand over HTTP on the loopback, and fail in every way that sources do; its data are
    `application/xml` unless the fixture `media_type` says otherwise. For a source that isn't read by HTTP state the
    fixture `source` anew (`standing.StandingSource`): rules about what can't happen there are skipped.

    Example::

        class TestMyCollector(CollectorConformance):
            @pytest.fixture
            def writes(self) -> WritesPieces:
                return write_feed

            @pytest.fixture
            def builds(self) -> BuildsCollector:
                return lambda address: MyCollector({"url": address})
    """
