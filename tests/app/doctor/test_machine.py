"""The doctor reports missing abilities of the machine."""

from datetime import timedelta
from zoneinfo import ZoneInfoNotFoundError

import pytest
from tests.app.doctor.conftest import HealthyMachine

from anninh_core.app.doctor.machine import Machine, check_open_files, check_sqlite, check_time_zone
from anninh_core.app.settings import DoorSettings
from anninh_core.ports.health import Level


class SettableMachine(HealthyMachine):
    """A machine with values set by the test."""

    version: tuple[int, ...] = (3, 45, 1)
    fts5 = True
    ahead: timedelta | None = timedelta(hours=7)
    files: int | None = None

    def max_open_files(self) -> int | None:
        return self.files

    def sqlite_version(self) -> tuple[int, ...]:
        return self.version

    def has_fts5(self) -> bool:
        return self.fts5

    def vietnam_utc_offset(self) -> timedelta | None:
        if self.ahead is None:
            raise ZoneInfoNotFoundError
        return self.ahead


@pytest.mark.parametrize(
    ("version", "level", "word"),
    [
        ((3, 36, 9), Level.PROBLEM, "too old"),
        ((3, 37, 0), Level.WARNING, "secure-delete"),
        ((3, 41, 2), Level.WARNING, "secure-delete"),
        ((3, 42, 0), Level.WARNING, "contentless_delete"),
        ((3, 43, 0), Level.OK, "everything"),
    ],
)
def test_sqlite_version_is_reported(version: tuple[int, ...], level: Level, word: str) -> None:
    """The finding about SQLite states that it is too old, which function is missing, or that nothing is missing."""
    machine = SettableMachine()
    machine.version = version
    (check,) = check_sqlite(machine)

    assert check.level is level
    assert word in check.what
    assert (".".join(map(str, version))) in check.what


@pytest.mark.parametrize(
    ("files", "level"), [(None, Level.OK), (4224, Level.OK), (4223, Level.WARNING), (1024, Level.WARNING)]
)
def test_low_open_file_limit_is_a_warning(files: int | None, level: Level) -> None:
    """A limit of open files below the needs of the web server's settings is a warning with both numbers."""
    machine = SettableMachine()
    machine.files = files
    check = check_open_files(machine, DoorSettings().open_files)

    assert check.level is level
    assert "4224" in check.what
    assert (str(files) in check.what) is (level is Level.WARNING or files == 4224)


def test_missing_fts5_is_a_warning() -> None:
    """SQLite without FTS5 is a warning."""
    machine = SettableMachine()
    machine.fts5 = False
    (check,) = check_sqlite(machine)

    assert (check.level, check.name) == (Level.WARNING, "sqlite")
    assert "FTS5" in check.what


def test_wrong_time_zone_data_is_a_problem() -> None:
    """Missing or wrong time zone data is a problem."""
    missing = SettableMachine()
    odd = SettableMachine()
    missing.ahead = None
    odd.ahead = timedelta(hours=8)

    assert check_time_zone(missing).level is Level.PROBLEM
    assert "pip install tzdata" in check_time_zone(missing).todo
    assert "8:00:00" in check_time_zone(odd).what
    assert check_time_zone(SettableMachine()).level is Level.OK


def test_checks_run_on_this_machine() -> None:
    """The checks run on this machine, and its time zone data is right."""
    machine = Machine()

    assert check_time_zone(machine).level is Level.OK
    assert all(check.name == "sqlite" for check in check_sqlite(machine))
    assert machine.monotonic() <= machine.monotonic()
