"""The doctor reports on the worker and the watchdog."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.app.doctor.conftest import BEGIN, Visit, get_finding

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


def list_levels(settings: WatchSettings) -> list[Level]:
    return [check.level for check in check_watchdog(settings, BEGIN)]


def store_inspection(settings: WatchSettings, *, ago: timedelta, failed: str = "") -> None:
    channels = {"operators": ChannelMemory(failed=failed)}
    MemoryFile(Path(settings.memory)).write(WatchMemory(looked_at=BEGIN - ago, channels=channels))


def test_missing_watchdog_is_a_warning(settings: WatchSettings) -> None:
    """A watchdog that never ran is a warning, with and without couriers."""
    assert list_levels(settings.model_copy(update={"couriers": {}})) == [Level.WARNING]
    assert list_levels(settings) == [Level.WARNING]


def test_running_watchdog_is_ok(settings: WatchSettings) -> None:
    """A running watchdog is OK, even without couriers: its printed changes may be mailed by cron."""
    store_inspection(settings, ago=MINUTE)
    assert list_levels(settings) == [Level.OK]
    assert list_levels(settings.model_copy(update={"couriers": {}})) == [Level.OK]


def test_stopped_watchdog_is_a_problem(settings: WatchSettings) -> None:
    """A stopped watchdog is a problem, as nothing else reports it."""
    store_inspection(settings, ago=10 * MINUTE)
    assert list_levels(settings) == [Level.PROBLEM]


def test_failing_channel_is_a_problem(settings: WatchSettings) -> None:
    """A channel that rejects reports is a problem that names the error."""
    store_inspection(settings, ago=MINUTE, failed="mail.example: TimeoutError")
    (check,) = check_watchdog(settings, BEGIN)
    assert (check.level, "TimeoutError" in check.what) == (Level.PROBLEM, True)


def test_examination_includes_worker_and_watchdog(app: App, examine_parts: Visit, anninh_clock: FixedClock) -> None:
    """The examination reports a missing watchdog, and whether the worker completes its rounds."""
    assert get_finding(examine_parts(), "watchdog").level is Level.WARNING
    assert get_finding(examine_parts(), "worker").level is Level.WARNING
    app.worker.heartbeat.write_heartbeat()
    assert get_finding(examine_parts(), "worker").level is Level.OK
    anninh_clock.advance(3 * MINUTE)
    assert get_finding(examine_parts(), "worker").level is Level.PROBLEM
