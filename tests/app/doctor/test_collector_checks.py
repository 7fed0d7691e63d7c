"""The doctor reports collectors that fail to read their sources."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.worker.collecting.conftest import PIECE, SimulatedSource, build_collector_plugin

from anninh_core.app import App, CollectorSettings, Settings
from anninh_core.app.doctor.collector_checks import check_collectors
from anninh_core.kernel.errors import ConfigurationError, NeedsPerson
from anninh_core.ports import CollectedPiece
from anninh_core.ports.health import Level
from anninh_core.testing import FixedClock, memory_app

DAY = timedelta(days=1)


@pytest.fixture
def source() -> SimulatedSource:
    return SimulatedSource()


@pytest.fixture
def app(source: SimulatedSource, anninh_clock: FixedClock) -> Iterator[App]:
    """An app with a collector that reads the source once an hour."""
    collector_settings = CollectorSettings(type="pretend", source_name="Công an tỉnh")
    settings = Settings(collectors={"province": collector_settings})
    plugins = {"pretend": build_collector_plugin(source)}
    with memory_app(clock=anninh_clock, settings=settings, plugins=plugins) as opened:
        yield opened


def list_collector_findings(app: App) -> list[tuple[Level, str]]:
    return [(check.level, check.what) for check in check_collectors(app)]


def test_late_collector_is_a_warning(app: App, anninh_clock: FixedClock) -> None:
    """A new collector, and one that read recently, is OK; an overdue reading is a warning."""
    ((level, what),) = list_collector_findings(app)
    assert (level, "hasn't read its source yet" in what) == (Level.OK, True)
    app.worker.jobs["collect"].run()
    assert [level for level, _ in list_collector_findings(app)] == [Level.OK]
    anninh_clock.advance(3 * DAY)
    ((level, what),) = list_collector_findings(app)
    assert (level, "last read its source 3 days ago" in what) == (Level.WARNING, True)


def test_failing_source_becomes_a_problem(app: App, source: SimulatedSource, anninh_clock: FixedClock) -> None:
    """A failing source is a warning with its reason, after days a problem; after the next successful reading it is
    OK.
    """
    source.trouble = NeedsPerson("the feed is gone (404)")
    app.worker.jobs["collect"].run()
    ((level, what),) = list_collector_findings(app)
    assert (level, "the feed is gone (404)" in what) == (Level.WARNING, True)
    anninh_clock.advance(3 * DAY)
    assert [level for level, _ in list_collector_findings(app)] == [Level.PROBLEM]
    source.trouble = None
    app.worker.jobs["collect"].run()
    assert [level for level, _ in list_collector_findings(app)] == [Level.OK]


def test_incomplete_pieces_are_counted(app: App, source: SimulatedSource) -> None:
    """The number of incomplete pieces of the last reading is a warning."""
    source.pieces = [CollectedPiece(id="", title="x"), PIECE]
    app.worker.jobs["collect"].run()
    _, (level, what) = list_collector_findings(app)
    assert (level, what) == (
        Level.WARNING,
        "Collector province left out 1 pieces of its last reading because they are incomplete.",
    )


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("a.b", {}, "no dots"),
        (
            "province",
            {"unit": "nowhere"},
            "names 'nowhere', which isn't a unit of 'hoa-lu' in profile 'hoa_lu_2021': `anninh units`",
        ),
        (
            "province",
            {"type": "rss"},
            r"No loaded plugin has a collector named 'rss'\. Available names: pretend\. Correct the name",
        ),
    ],
)
def test_wrong_settings_are_named(name: str, changes: dict[str, str], message: str) -> None:
    """With wrong collector settings the app doesn't open, and the error names the wrong setting."""
    collector_settings = CollectorSettings.model_validate({"type": "pretend", "source_name": "Công an tỉnh", **changes})
    with pytest.raises(ConfigurationError, match=message):
        memory_app(
            settings=Settings(collectors={name: collector_settings}),
            plugins={"pretend": build_collector_plugin(SimulatedSource())},
        )
