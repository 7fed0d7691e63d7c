"""The conformance kit for collectors: each piece is collected once, in plain text and within limits, and each trouble
raises its own error.
"""

from anninh_core.testing.kits.collector.failing import CollectorFailing
from anninh_core.testing.kits.collector.telling import CollectorTelling


class CollectorConformance(CollectorTelling, CollectorFailing, kit=True):
    """Rules that a collector has to keep. Subclass it in a test module and give two fixtures.

    `writes` returns a function that makes the source's answer from its pieces, `builds` one that builds a collector for
    an address. The kit serves the source over HTTP on the loopback, and makes it fail in every way that sources do; its
    data are `application/xml` unless the fixture `media_type` says otherwise. For a source that isn't read by HTTP
    override the fixture `source` with another `StandingSource`: rules about what can't happen there are skipped.

    Example::

        class TestMyCollector(CollectorConformance):
            @pytest.fixture
            def writes(self) -> WritesPieces:
                return write_feed

            @pytest.fixture
            def builds(self) -> BuildsCollector:
                return lambda address: MyCollector({"url": address})
    """
