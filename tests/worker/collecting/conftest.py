"""Fixtures with an app on each storage, a collector that reads a simulated source, and an editor of a commune."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import define, evolve, field

from anninh_core.app import App, CollectorSettings, Settings
from anninh_core.plugins import Plugins, hookimpl
from anninh_core.ports import CollectedPiece, CollectionLimits, SourceReading
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing import FixedClock, SeededIds, UnsafeLocalUsers, memory_app
from anninh_core.testing.memory import MemoryStorage
from anninh_core.usecase import Actor

PUBLISHED = datetime(2021, 8, 31, 2, tzinfo=UTC)
PIECE = CollectedPiece(
    id="tag:1",
    title="Cảnh báo lừa đảo qua điện thoại",
    words="Không chuyển tiền cho người lạ.",
    address="https://congan.ninhbinh.gov.vn/tin/1",
    published=PUBLISHED,
    author="Phòng PA05",
)
EVERY = timedelta(minutes=30)


@define
class SimulatedSource:
    """A simulated outside source; its collector's cursor is the number of pieces that were read.

    Attributes:
        pieces: the published pieces.
        trouble: error that the next readings raise, or None.
        before: called in each reading before its result.
        cursors: cursors that the collector got, one a reading.
    """

    pieces: list[CollectedPiece] = field(factory=lambda: [PIECE])
    trouble: Exception | None = None
    before: Callable[[], object] = lambda: None
    cursors: list[str] = field(factory=list)

    def publish_pieces(self, count: int) -> None:
        """Publish `count` further pieces."""
        self.pieces += [evolve(PIECE, id=f"tag:{len(self.pieces) + 1 + n}") for n in range(count)]


def build_collector_plugin(source: SimulatedSource) -> object:
    """Return a plugin with the collector `pretend`, which reads the simulated source."""

    class SimulatedCollector:
        name = "pretend"

        def __init__(self, options: dict[str, str]) -> None:
            self.options = options

        def collect(self, cursor: str, limits: CollectionLimits) -> SourceReading:
            source.cursors.append(cursor)
            source.before()
            if source.trouble is not None:
                raise source.trouble
            start = int(cursor or 0)
            pieces = tuple(source.pieces[start : start + limits.pieces])
            return SourceReading(pieces=pieces, cursor=str(start + len(pieces)))

    class CollectorPlugin:
        @hookimpl
        def anninh_collectors(self) -> list[type[SimulatedCollector]]:
            return [SimulatedCollector]

    return CollectorPlugin()


@pytest.fixture
def source() -> SimulatedSource:
    return SimulatedSource()


@pytest.fixture(params=["memory", *(pytest.param(engine, marks=pytest.mark.slow) for engine in ("sqlite", "postgres"))])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """A storage of each engine; the app uses only its records, states and leases."""
    if request.param == "memory":
        return MemoryStorage()
    path = tmp_path / "store.db"
    url = f"sqlite:///{path}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    return Plugins(("embedded",)).open_storage(url)


@pytest.fixture
def app(storage: Storage, source: SimulatedSource, anninh_clock: FixedClock, anninh_ids: SeededIds) -> Iterator[App]:
    """An app with the collector `province`, which collects for the editors of Ninh Hòa."""
    collector = CollectorSettings(type="pretend", source_name="Công an tỉnh", unit="ninh-hoa", every_minutes=30)
    with memory_app(
        clock=anninh_clock,
        ids=anninh_ids,
        storage=storage,
        settings=Settings(collectors={"province": collector}),
        plugins={"pretend": build_collector_plugin(source)},
    ) as running_app:
        yield running_app


@pytest.fixture
def editor(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Biên tập", "ninh-hoa", "editor")


@pytest.fixture
def run_collection(app: App) -> Callable[[], int]:
    """A function that runs the collecting job and returns the number of new pieces."""
    return app.worker.jobs["collect"].run
