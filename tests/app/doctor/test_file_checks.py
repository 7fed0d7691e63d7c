"""Files and folders of an office, with a fault planted in each test."""

import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve
from tests.app.doctor.conftest import GIB, PROFILE, SoundMachine, named, wrong

from anninh_core.app import Parts, Settings, open_app
from anninh_core.app.doctor.machine import Machine
from anninh_core.app.examination import examine
from anninh_core.kernel.worktime import WorkCalendar
from anninh_core.ports.health import Check, Level
from anninh_core.testing import FixedClock


class Faulty(SoundMachine):
    """A machine with little room, or that can't be written to."""

    def __init__(self, *, free: int = 100 * GIB, locked: str = "") -> None:
        self._free = free
        self._locked = locked

    def free_bytes(self, folder: Path) -> int:
        return self._free

    def is_writable(self, path: Path) -> bool:
        return path.name != self._locked


@pytest.fixture
def clock(anninh_clock: FixedClock, settings: Settings) -> FixedClock:
    """The clock of the office, set to when its files were really written."""
    written = Path(settings.keys).stat().st_mtime
    anninh_clock.advance(timedelta(seconds=written - anninh_clock.now().timestamp()))
    return anninh_clock


def look(settings: Settings, clock: FixedClock, machine: Machine | None = None) -> tuple[Check, ...]:
    """Examine an office whose clock is the real one: its calendar asks for nothing on any day."""
    district = evolve(PROFILE, calendar=WorkCalendar(always_on=True))
    return examine(district, settings, Parts(clock=clock), machine=machine or SoundMachine())


def touch(path: str | Path, clock: FixedClock, ahead: timedelta) -> None:
    moment = (clock.now() + ahead).timestamp()
    os.utime(path, (moment, moment))


def test_all_is_well(settings: Settings, clock: FixedClock) -> None:
    """A sound office has no finding that asks for anything."""
    assert wrong(look(settings, clock)) == {}


def test_a_missing_key_file(settings: Settings, clock: FixedClock) -> None:
    """It is told, and no new one is made in its place."""
    Path(settings.keys).unlink()
    found = look(settings, clock)

    assert wrong(found) == {"keys": Level.PROBLEM, "app": Level.WARNING}
    assert "without the key file, nothing sealed can be opened" in named(found, "keys").todo
    assert not Path(settings.keys).exists()


def test_a_missing_storage(settings: Settings, clock: FixedClock, tmp_path: Path) -> None:
    """It is told, and no empty one is made."""
    (tmp_path / "anninh.db").unlink()

    assert wrong(look(settings, clock)) == {"storage": Level.PROBLEM, "app": Level.WARNING}
    assert not (tmp_path / "anninh.db").exists()


def test_keys_that_others_may_read(settings: Settings, clock: FixedClock) -> None:
    """It says how to take the right away."""
    Path(settings.keys).chmod(0o640)
    found = look(settings, clock)

    assert wrong(found)["keys"] is Level.PROBLEM
    assert named(found, "keys").todo == f"Run `chmod 600 {settings.keys}`."


def test_key_file_of_another_office(settings: Settings, clock: FixedClock, tmp_path: Path) -> None:
    """A key file of another office doesn't open this one."""
    Path(settings.keys).unlink()
    (tmp_path / "other").mkdir()
    open_app(PROFILE, Settings().resolve_paths(tmp_path / "other")).close()
    (tmp_path / "other" / "anninh.keys").rename(settings.keys)
    found = look(settings, clock)

    assert wrong(found) == {"app": Level.PROBLEM}
    assert "made with other keys" in named(found, "app").what


def test_a_damaged_key_file(settings: Settings, clock: FixedClock) -> None:
    """What is no key file is told, with what to do."""
    Path(settings.keys).write_text("{}", encoding="utf-8")
    found = look(settings, clock)

    assert wrong(found) == {"app": Level.PROBLEM}
    assert "not a key file at all: restore it from its copy." in named(found, "app").what


def test_a_database_of_a_newer_version(settings: Settings, clock: FixedClock, tmp_path: Path) -> None:
    """It is told instead of a traceback, and left as it is."""
    with closing(sqlite3.connect(tmp_path / "anninh.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    found = look(settings, clock)
    told = next(check for check in found if check.level is Level.PROBLEM)

    assert "9999" in told.what
    assert "update anninh, or restore a backup made by this version" in told.what


def test_a_database_of_an_older_version(settings: Settings, clock: FixedClock, tmp_path: Path) -> None:
    """It is told with what opening it would do, and not migrated by a look."""
    with closing(sqlite3.connect(tmp_path / "anninh.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
    found = look(settings, clock)
    with closing(sqlite3.connect(tmp_path / "anninh.db")) as database:
        revision = database.execute("SELECT version_num FROM alembic_version").fetchone()

    assert wrong(found) == {"migrations": Level.WARNING, "app": Level.WARNING}
    assert "0002" in named(found, "migrations").what
    assert revision == ("0001",)


def test_what_is_no_database(settings: Settings, clock: FixedClock, tmp_path: Path) -> None:
    """A damaged file is told with the way out."""
    (tmp_path / "anninh.db").write_bytes(b"no database" * 1000)
    found = look(settings, clock)

    assert Level.PROBLEM in wrong(found).values()
    assert "anninh.db" in " ".join(check.what for check in found if check.level is Level.PROBLEM)


@pytest.mark.parametrize(("free", "level"), [(GIB // 2, Level.WARNING), (GIB // 20, Level.PROBLEM)])
def test_a_disk_that_fills_up(settings: Settings, clock: FixedClock, free: int, level: Level) -> None:
    """Little room is a warning, hardly any a problem."""
    assert wrong(look(settings, clock, Faulty(free=free))) == {"disk": level}


def test_no_room_for_a_copy(settings: Settings, clock: FixedClock, tmp_path: Path) -> None:
    """A storage larger than what is free can't be copied or migrated."""
    os.truncate(tmp_path / "anninh.db", 3 * GIB)
    found = look(settings, clock, Faulty(free=2 * GIB))

    assert "2.0 GiB are free for the storage" in named(found, "disk").what


@pytest.mark.parametrize("name", ["anninh.db", "FOLDER"])
def test_what_can_t_be_written(settings: Settings, clock: FixedClock, tmp_path: Path, name: str) -> None:
    """A read-only file, and a folder in which nothing can be made."""
    found = look(settings, clock, Faulty(locked=tmp_path.name if name == "FOLDER" else name))

    assert wrong(found) == {"disk": Level.PROBLEM}
    assert "isn't writable, but the storage must be written there" in named(found, "disk").what


def test_a_clock_that_went_back(settings: Settings, clock: FixedClock, tmp_path: Path) -> None:
    """A file from what the clock takes for the future."""
    touch(tmp_path / "anninh.db", clock, timedelta(hours=1))
    found = look(settings, clock)

    assert wrong(found) == {"clock": Level.PROBLEM}
    assert "anninh.db was written at" in named(found, "clock").what


def test_a_plugin_that_isn_t_there(settings: Settings, clock: FixedClock) -> None:
    """A wrong set-up is told like everything else."""
    found = look(settings.model_copy(update={"storage": "oracle:///x"}), clock)

    assert wrong(found)["app"] is Level.PROBLEM
    assert any("oracle" in check.what for check in found)


def test_a_path_that_can_t_even_be_asked_for(settings: Settings, clock: FixedClock) -> None:
    """What the system refuses to look at is a finding too, and new keys aren't made somewhere else."""
    found = look(settings.model_copy(update={"keys": "x" * 300}), clock)

    assert wrong(found)["keys"] is Level.PROBLEM
    assert "too long" in named(found, "keys").what


def test_this_machine_s_disk(tmp_path: Path) -> None:
    """A real disk can be asked."""
    machine = Machine()

    assert machine.free_bytes(tmp_path) > 0
    assert machine.is_writable(tmp_path)
