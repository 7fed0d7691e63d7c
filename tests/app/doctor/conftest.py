"""Fixtures with a healthy office in a folder, and a simulated machine with settable values."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anninh_core.app import App, Parts, Settings, open_app
from anninh_core.app.doctor.machine import Machine
from anninh_core.app.examination import examine
from anninh_core.kernel.crypto.passphrase import KdfParameters
from anninh_core.ports.health import Check, Level
from anninh_core.ports.storages.storage import Storage
from anninh_core.profile import load_profile
from anninh_core.testing import FixedClock, MockChat, MockMessenger, SeededIds
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.memory import MemoryBlobs, MemoryKeys, MemoryStorage
from anninh_storage import LocalKeys

Visit = Callable[..., tuple[Check, ...]]
"""Function that takes the further arguments of `examine` besides district, settings and parts, and returns its
findings.
"""

PROFILE = load_profile("hoa_lu_2021")
GIB = 1024**3
WORDS = "five words nobody would guess"
BEGIN = datetime(2021, 9, 1, 1, tzinfo=UTC)
"""Start time of `anninh_clock`."""


class HealthyMachine(Machine):
    """A machine with enough disk space, and a fixed clock like the app's."""

    def free_bytes(self, folder: Path) -> int:
        return 100 * GIB

    def is_writable(self, path: Path) -> bool:
        return True

    def monotonic(self) -> float:
        return 0.0

    def vietnam_utc_offset(self) -> timedelta | None:
        return timedelta(hours=7)

    def max_open_files(self) -> int | None:
        return None

    def sqlite_version(self) -> tuple[int, ...]:
        return (3, 45, 1)

    def has_fts5(self) -> bool:
        return True


def select_faults(checks: tuple[Check, ...]) -> Mapping[str, Level]:
    """Return the findings that aren't OK, the worst for each name; each must have a recommendation.

    These are left out: roles (see `test_people_checks`), since most of these apps have one officer with every role; the
    recovery copy and backups (see `test_key_checks` and `test_backup_checks`), since hardly any of them has one; duty
    (see `test_duty_checks`); worker and watchdog (see `test_watch_checks`); and sign-in, since hardly any officer has
    an account.
    """
    excluded = ("roles", "recovery", "backups", "duty", "sign-in", "worker", "watchdog")
    faults = [check for check in checks if check.level is not Level.OK and check.name not in excluded]
    assert all(check.what.endswith(".") and check.todo.endswith(".") for check in faults), faults
    return {check.name: get_finding(checks, check.name).level for check in faults}


def get_finding(checks: tuple[Check, ...], name: str) -> Check:
    """Return the worst finding with this name."""
    levels = list(Level)
    return max((check for check in checks if check.name == name), key=lambda check: levels.index(check.level))


@pytest.fixture(scope="session")
def prepared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office on files that is copied for each test, with keys that a passphrase protects."""
    folder = tmp_path_factory.mktemp("doctor") / "office"
    folder.mkdir()
    (folder / "words.txt").write_text(WORDS, encoding="utf-8")
    (folder / "words.txt").chmod(0o600)
    with open_app(PROFILE, Settings().resolve_paths(folder), Parts(clock=FixedClock(BEGIN))) as app:
        UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", *PROFILE.roles)
        assert isinstance(app.internals.context.keys, LocalKeys)
        app.internals.context.keys.protect(WORDS, KdfParameters(n=2))
    return folder


@pytest.fixture
def settings(prepared_folder: Path, tmp_path: Path, anninh_clock: FixedClock) -> Settings:
    """Settings of an office on files, opened once and used."""
    assert anninh_clock.now() == BEGIN
    shutil.copytree(prepared_folder, tmp_path, dirs_exist_ok=True)
    return Settings(keys_passphrase="file:words.txt").resolve_paths(tmp_path)


@pytest.fixture
def chat(anninh_clock: FixedClock) -> MockChat:
    """The chat service of messenger `oa`."""
    return MockChat(anninh_clock)


@pytest.fixture
def storage() -> Storage:
    """The storage of the office in memory."""
    return MemoryStorage()


@pytest.fixture
def parts(storage: Storage, chat: MockChat, anninh_clock: FixedClock) -> Parts:
    """An office in memory with a messenger."""
    return Parts(
        storage=storage,
        keys=MemoryKeys(),
        blobs=MemoryBlobs(),
        clock=anninh_clock,
        ids=SeededIds(anninh_clock),
        messengers={"oa": MockMessenger.on(chat)},
    )


@pytest.fixture
def app(parts: Parts) -> Iterator[App]:
    """The app of the office in memory."""
    with open_app(PROFILE, parts=parts) as app:
        yield app


@pytest.fixture
def examine_parts(parts: Parts) -> Visit:
    """A function that examines the office in memory."""
    return lambda **rest: examine(PROFILE, Settings(), parts, **{"machine": HealthyMachine(), **rest})
