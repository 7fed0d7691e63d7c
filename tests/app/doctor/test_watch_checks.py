"""The doctor checks that somebody would learn of a dead worker, and that the watchdog still looks."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.app.doctor.conftest import BEGIN, Visit, named

from anninh_core.app import App
from anninh_core.app.settings import CourierSettings, WatchSettings
from anninh_core.app.watchdog.memory import ChannelMemory, MemoryFile, WatchMemory
from anninh_core.app.watchdog.watch_checks import check_watchdog
from anninh_core.ports.health import Level
from anninh_core.testing import FixedClock

MINUTE = timedelta(minutes=1)


@pytest.fixture
def settings(tmp_path: Path) -> WatchSettings:
    courier = CourierSettings(type="folder", options={"folder": "x"})
    return WatchSettings(memory=str(tmp_path / "anninh.watch"), couriers={"operators": courier})


def levels(settings: WatchSettings) -> list[Level]:
    return [check.level for check in check_watchdog(settings, BEGIN)]


def remember(settings: WatchSettings, *, ago: timedelta, failed: str = "") -> None:
    channels = {"operators": ChannelMemory(failed=failed)}
    MemoryFile(Path(settings.memory)).write(WatchMemory(looked_at=BEGIN - ago, channels=channels))


def test_without_a_watchdog(settings: WatchSettings) -> None:
    """Neither couriers nor a look: nobody would learn of anything; couriers alone are half of it."""
    assert levels(settings.model_copy(update={"couriers": {}})) == [Level.WARNING]
    assert levels(settings) == [Level.WARNING]


def test_a_watchdog_that_looks(settings: WatchSettings) -> None:
    """Then all is well; printed changes that cron mails will do, too."""
    remember(settings, ago=MINUTE)
    assert levels(settings) == [Level.OK]
    assert levels(settings.model_copy(update={"couriers": {}})) == [Level.OK]


def test_a_watchdog_that_stopped(settings: WatchSettings) -> None:
    """A timer that was switched off is a problem, as nothing else tells of it."""
    remember(settings, ago=10 * MINUTE)
    assert levels(settings) == [Level.PROBLEM]


def test_a_channel_that_fails(settings: WatchSettings) -> None:
    """Reports that weren't taken are a problem, however often it looks."""
    remember(settings, ago=MINUTE, failed="mail.example: TimeoutError")
    (check,) = check_watchdog(settings, BEGIN)
    assert (check.level, "TimeoutError" in check.what) == (Level.PROBLEM, True)


def test_the_doctor_asks(app: App, visit: Visit, anninh_clock: FixedClock) -> None:
    """It says that there is no watchdog, and whether the worker ends its rounds."""
    assert named(visit(), "watchdog").level is Level.WARNING
    assert named(visit(), "worker").level is Level.WARNING
    app.worker.heartbeat.beat()
    assert named(visit(), "worker").level is Level.OK
    anninh_clock.advance(3 * MINUTE)
    assert named(visit(), "worker").level is Level.PROBLEM
