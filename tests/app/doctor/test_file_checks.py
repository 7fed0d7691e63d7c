"""The doctor examines files and folders of an office, with a fault planted in each test."""

import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve
from tests.app.doctor.conftest import GIB, PROFILE, HealthyMachine, get_finding, select_faults

from anninh_core.app import Parts, Settings, open_app
from anninh_core.app.doctor.machine import Machine
from anninh_core.app.examination import examine
from anninh_core.kernel.worktime import WorkCalendar
from anninh_core.ports.health import Check, Level
from anninh_core.testing import FixedClock


class FaultyMachine(HealthyMachine):
    """A machine with little disk space, or with a read-only path."""

    def __init__(self, *, free: int = 100 * GIB, locked: str = "") -> None:
        self._free = free
        self._locked = locked

    def free_bytes(self, folder: Path) -> int:
        return self._free

    def is_writable(self, path: Path) -> bool:
        return path.name != self._locked


@pytest.fixture
def clock(anninh_clock: FixedClock, settings: Settings) -> FixedClock:
    """The clock of the office, set to the time when its files were really written."""
    written = Path(settings.keys).stat().st_mtime
    anninh_clock.advance(timedelta(seconds=written - anninh_clock.now().timestamp()))
    return anninh_clock


def examine_office(settings: Settings, clock: FixedClock, machine: Machine | None = None) -> tuple[Check, ...]:
    """Examine an office at the real time; its calendar has no faults on any day."""
    district = evolve(PROFILE, calendar=WorkCalendar(always_on=True))
    return examine(district, settings, Parts(clock=clock), machine=machine or HealthyMachine())


def set_modification_time(path: str | Path, clock: FixedClock, ahead: timedelta) -> None:
    moment = (clock.now() + ahead).timestamp()
    os.utime(path, (moment, moment))


def test_healthy_office_has_no_faults(settings: Settings, clock: FixedClock) -> None:
    """A healthy office has no finding with a recommendation."""
    assert select_faults(examine_office(settings, clock)) == {}


def test_missing_key_file_is_a_problem(settings: Settings, clock: FixedClock) -> None:
    """A missing key file is a problem, and no new one is created."""
    Path(settings.keys).unlink()
    checks = examine_office(settings, clock)

    assert select_faults(checks) == {"keys": Level.PROBLEM, "app": Level.WARNING}
    assert "without the key file, nothing sealed can be opened" in get_finding(checks, "keys").todo
    assert not Path(settings.keys).exists()


def test_missing_storage_is_a_problem(settings: Settings, clock: FixedClock, tmp_path: Path) -> None:
    """A missing storage is a problem, and no empty one is created."""
    (tmp_path / "anninh.db").unlink()

    assert select_faults(examine_office(settings, clock)) == {"storage": Level.PROBLEM, "app": Level.WARNING}
    assert not (tmp_path / "anninh.db").exists()


def test_readable_key_file_is_a_problem(settings: Settings, clock: FixedClock) -> None:
    """A key file that others may read is a problem with the command that corrects the mode."""
    Path(settings.keys).chmod(0o640)
    checks = examine_office(settings, clock)

    assert select_faults(checks)["keys"] is Level.PROBLEM
    assert get_finding(checks, "keys").todo == f"Run `chmod 600 {settings.keys}`."


def test_key_file_of_another_office_is_a_problem(settings: Settings, clock: FixedClock, tmp_path: Path) -> None:
    """A key file of another office doesn't open this one."""
    Path(settings.keys).unlink()
    (tmp_path / "other").mkdir()
    open_app(PROFILE, Settings().resolve_paths(tmp_path / "other")).close()
    (tmp_path / "other" / "anninh.keys").rename(settings.keys)
    checks = examine_office(settings, clock)

    assert select_faults(checks) == {"app": Level.PROBLEM}
    assert "made with other keys" in get_finding(checks, "app").what


def test_damaged_key_file_is_a_problem(settings: Settings, clock: FixedClock) -> None:
    """A damaged key file is a problem with a recommendation."""
    Path(settings.keys).write_text("{}", encoding="utf-8")
    checks = examine_office(settings, clock)

    assert select_faults(checks) == {"app": Level.PROBLEM}
    assert "not a key file at all: restore it from its copy." in get_finding(checks, "app").what


def test_newer_database_is_a_problem(settings: Settings, clock: FixedClock, tmp_path: Path) -> None:
    """A database of a newer version is a problem with a recommendation."""
    with closing(sqlite3.connect(tmp_path / "anninh.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    checks = examine_office(settings, clock)
    check = next(check for check in checks if check.level is Level.PROBLEM)

    assert "9999" in check.what
    assert "update anninh, or restore a backup made by this version" in check.what


def test_older_database_is_not_migrated(settings: Settings, clock: FixedClock, tmp_path: Path) -> None:
    """The pending migrations of an older database are a warning, and the examination doesn't run them."""
    with closing(sqlite3.connect(tmp_path / "anninh.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
    checks = examine_office(settings, clock)
    with closing(sqlite3.connect(tmp_path / "anninh.db")) as database:
        revision = database.execute("SELECT version_num FROM alembic_version").fetchone()

    assert select_faults(checks) == {"migrations": Level.WARNING, "app": Level.WARNING}
    assert "0002" in get_finding(checks, "migrations").what
    assert revision == ("0001",)


def test_damaged_database_is_a_problem(settings: Settings, clock: FixedClock, tmp_path: Path) -> None:
    """A damaged database file is a problem that names the file."""
    (tmp_path / "anninh.db").write_bytes(b"no database" * 1000)
    checks = examine_office(settings, clock)

    assert Level.PROBLEM in select_faults(checks).values()
    assert "anninh.db" in " ".join(check.what for check in checks if check.level is Level.PROBLEM)


@pytest.mark.parametrize(("free", "level"), [(GIB // 2, Level.WARNING), (GIB // 20, Level.PROBLEM)])
def test_little_disk_space_is_reported(settings: Settings, clock: FixedClock, free: int, level: Level) -> None:
    """Little free disk space is a warning, hardly any a problem."""
    assert select_faults(examine_office(settings, clock, FaultyMachine(free=free))) == {"disk": level}


def test_no_space_for_a_copy_is_reported(settings: Settings, clock: FixedClock, tmp_path: Path) -> None:
    """Less free space than the size of the storage is reported: the storage can't be copied or migrated."""
    os.truncate(tmp_path / "anninh.db", 3 * GIB)
    checks = examine_office(settings, clock, FaultyMachine(free=2 * GIB))

    assert "2.0 GiB are free for the storage" in get_finding(checks, "disk").what


@pytest.mark.parametrize("name", ["anninh.db", "FOLDER"])
def test_read_only_storage_is_a_problem(settings: Settings, clock: FixedClock, tmp_path: Path, name: str) -> None:
    """A read-only file, or a read-only folder, is a problem."""
    checks = examine_office(settings, clock, FaultyMachine(locked=tmp_path.name if name == "FOLDER" else name))

    assert select_faults(checks) == {"disk": Level.PROBLEM}
    assert "isn't writable, but the storage must be written there" in get_finding(checks, "disk").what


def test_file_from_the_future_is_a_problem(settings: Settings, clock: FixedClock, tmp_path: Path) -> None:
    """A file with a modification time in the future is a problem of the clock."""
    set_modification_time(tmp_path / "anninh.db", clock, timedelta(hours=1))
    checks = examine_office(settings, clock)

    assert select_faults(checks) == {"clock": Level.PROBLEM}
    assert "anninh.db was written at" in get_finding(checks, "clock").what


def test_unknown_storage_is_a_problem(settings: Settings, clock: FixedClock) -> None:
    """An unknown storage in the settings is a problem, not a traceback."""
    checks = examine_office(settings.model_copy(update={"storage": "oracle:///x"}), clock)

    assert select_faults(checks)["app"] is Level.PROBLEM
    assert any("oracle" in check.what for check in checks)


def test_invalid_key_path_is_a_problem(settings: Settings, clock: FixedClock) -> None:
    """A path that the system can't examine is a problem."""
    checks = examine_office(settings.model_copy(update={"keys": "x" * 300}), clock)

    assert select_faults(checks)["keys"] is Level.PROBLEM
    assert "too long" in get_finding(checks, "keys").what


def test_real_disk_is_examined(tmp_path: Path) -> None:
    """Free space and writability of a real folder can be determined."""
    machine = Machine()

    assert machine.free_bytes(tmp_path) > 0
    assert machine.is_writable(tmp_path)
