"""Whether collectors read their sources."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.worker.collecting.conftest import PIECE, PretendSource, plugin_of

from anninh_core.app import App, CollectorSettings, Settings
from anninh_core.app.doctor.collector_checks import check_collectors
from anninh_core.kernel.errors import ConfigurationError, NeedsPerson
from anninh_core.ports import CollectedPiece
from anninh_core.ports.health import Level
from anninh_core.testing import FixedClock, memory_app

DAY = timedelta(days=1)


@pytest.fixture
def source() -> PretendSource:
    return PretendSource()


@pytest.fixture
def app(source: PretendSource, anninh_clock: FixedClock) -> Iterator[App]:
    """An app whose collector reads the source once an hour."""
    chosen = CollectorSettings(type="pretend", source_name="Công an tỉnh")
    settings = Settings(collectors={"province": chosen})
    plugins = {"pretend": plugin_of(source)}
    with memory_app(clock=anninh_clock, settings=settings, plugins=plugins) as opened:
        yield opened


def looked(app: App) -> list[tuple[Level, str]]:
    return [(check.level, check.what) for check in check_collectors(app)]


def test_all_is_well(app: App, anninh_clock: FixedClock) -> None:
    """One that has never read, and one that read lately; one that should have read long ago is told."""
    ((level, what),) = looked(app)
    assert (level, "hasn't read its source yet" in what) == (Level.OK, True)
    app.worker.jobs["collect"].run()
    assert [level for level, _ in looked(app)] == [Level.OK]
    anninh_clock.advance(3 * DAY)
    ((level, what),) = looked(app)
    assert (level, "last read its source 3 days ago" in what) == (Level.WARNING, True)


def test_a_source_that_fails(app: App, source: PretendSource, anninh_clock: FixedClock) -> None:
    """At first it is a warning that says why, after days a problem; once it is read again, all is well."""
    source.trouble = NeedsPerson("the feed is gone (404)")
    app.worker.jobs["collect"].run()
    ((level, what),) = looked(app)
    assert (level, "the feed is gone (404)" in what) == (Level.WARNING, True)
    anninh_clock.advance(3 * DAY)
    assert [level for level, _ in looked(app)] == [Level.PROBLEM]
    source.trouble = None
    app.worker.jobs["collect"].run()
    assert [level for level, _ in looked(app)] == [Level.OK]


def test_pieces_that_were_left_out(app: App, source: PretendSource) -> None:
    """How many is told, beside that the source was read."""
    source.pieces = [CollectedPiece(id="", title="x"), PIECE]
    app.worker.jobs["collect"].run()
    _, (level, what) = looked(app)
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
    """The app doesn't open, and says at which place."""
    chosen = CollectorSettings.model_validate({"type": "pretend", "source_name": "Công an tỉnh", **changes})
    with pytest.raises(ConfigurationError, match=message):
        memory_app(settings=Settings(collectors={name: chosen}), plugins={"pretend": plugin_of(PretendSource())})
