"""One inspection finds every fault, whatever else has failed, and never raises."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.messaging.conftest import FIRE

from anninh_core.app import App, Parts, Settings, open_app
from anninh_core.app.doctor.machine import Machine
from anninh_core.app.settings import MessengerSettings
from anninh_core.app.watchdog.inspection import inspect
from anninh_core.kernel.errors import StorageBusy, StorageFull
from anninh_core.ports.health import Check, Level
from anninh_core.profile import load_profile
from anninh_core.testing import FixedClock, MockChat, memory_app
from anninh_core.testing.memory import MemoryStorage
from anninh_core.worker.heartbeat import HeartbeatWriter

MINUTE = timedelta(minutes=1)


class SmallMachine(Machine):
    """A machine with almost no free disk space."""

    def free_bytes(self, folder: Path) -> int:
        return 1024


class FillableStorage(MemoryStorage):
    """A memory storage whose disk can be set to be full; it stays open after an inspection."""

    full = False

    def try_write(self) -> None:
        if self.full:
            raise StorageFull("no room")


@pytest.fixture
def storage() -> FillableStorage:
    return FillableStorage()


@pytest.fixture
def app(storage: FillableStorage, mock_chat: MockChat, anninh_clock: FixedClock) -> App:
    return memory_app(mock_chat, clock=anninh_clock, storage=storage)


@pytest.fixture
def folder(tmp_path: Path) -> Settings:
    """Settings of an authority on files, opened once."""
    settings = Settings().resolve_paths(tmp_path)
    open_app(load_profile("hoa_lu_2021"), settings).close()
    return settings


def find_problems(storage: FillableStorage, clock: FixedClock) -> dict[str, Check]:
    """Return the problems that an inspection finds, by name."""
    settings = Settings(messengers={"oa": MessengerSettings(type="mock")})
    _, checks = inspect(settings, Parts(storage=storage, clock=clock))
    return {check.name: check for check in checks if check.level is Level.PROBLEM}


def test_dead_worker_is_found_within_three_minutes(
    app: App, storage: FillableStorage, anninh_clock: FixedClock
) -> None:
    """A worker without a heartbeat for two and a half minutes is a problem."""
    HeartbeatWriter(app.internals.context.storage.states, anninh_clock).write_heartbeat()
    anninh_clock.advance(2 * MINUTE)
    assert find_problems(storage, anninh_clock) == {}
    anninh_clock.advance(MINUTE / 2)
    assert [*find_problems(storage, anninh_clock)] == ["worker"]


def test_waiting_events_without_worker_are_found(
    app: App, storage: FillableStorage, mock_chat: MockChat, anninh_clock: FixedClock
) -> None:
    """Events that wait for minutes are a problem even if no worker ever ran."""
    mock_chat.says(mock_chat.person("Bà Mẫu"), FIRE)
    for request in mock_chat.webhooks():
        app.intake.accept("oa", request)
    assert find_problems(storage, anninh_clock) == {}
    anninh_clock.advance(5 * MINUTE)
    assert find_problems(storage, anninh_clock)["queue inbox"].what == "The oldest event has waited for 5 minutes."


def test_full_disk_is_found(app: App, storage: FillableStorage, anninh_clock: FixedClock) -> None:
    """A full disk is a problem, and the message states that nothing can be received."""
    assert app.worker is not None
    storage.full = True
    assert find_problems(storage, anninh_clock)["storage"].what == "The disk is full, so nothing can be received."


def test_failing_check_hides_no_other(
    app: App, storage: FillableStorage, anninh_clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Queues that can't be read are a problem, and the dead worker is still found."""
    HeartbeatWriter(app.internals.context.storage.states, anninh_clock).write_heartbeat()
    anninh_clock.advance(5 * MINUTE)

    def fail_as_busy(*_: object, **__: object) -> object:
        raise StorageBusy("busy")

    monkeypatch.setattr(type(storage.queues), "outbox", fail_as_busy)
    assert {"queues", "worker"} <= find_problems(storage, anninh_clock).keys()


def test_missing_files_are_found(folder: Settings) -> None:
    """Missing keys and a missing storage are problems, and aren't created."""
    Path(folder.keys).unlink()
    _, without_keys = inspect(folder)
    Path(folder.storage.removeprefix("sqlite:///")).unlink()
    _, without_both = inspect(folder)
    assert [check.name for check in without_keys if check.level is Level.PROBLEM] == ["keys"]
    assert [check.name for check in without_both if check.level is Level.PROBLEM] == ["storage", "keys"]
    assert not Path(folder.keys).exists()


def test_damaged_storage_is_found(folder: Settings) -> None:
    """A damaged database file is a problem, not an exception."""
    Path(folder.storage.removeprefix("sqlite:///")).write_bytes(b"no database" * 1000)
    _, checks = inspect(folder)
    assert {check.name for check in checks if check.level is Level.PROBLEM} == {"storage"}


def test_little_disk_space_is_found(folder: Settings) -> None:
    """Little free disk space is a problem before the disk is full."""
    _, checks = inspect(folder, machine=SmallMachine())
    assert {check.name for check in checks if check.level is Level.PROBLEM} == {"disk"}


def test_healthy_authority_has_no_problem(folder: Settings) -> None:
    """A healthy authority has no problem, even without a passphrase, a messenger or a worker."""
    _, checks = inspect(folder)
    assert [check for check in checks if check.level is Level.PROBLEM] == []
