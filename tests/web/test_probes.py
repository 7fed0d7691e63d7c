"""`/livez` and `/readyz`."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import anyio
import pytest
from tests.web.conftest import SECRET_WORDS, Call, FaultyStorage, caller

from anninh_core.app import App
from anninh_core.app.health import REST
from anninh_core.kernel.errors import DecryptionError
from anninh_core.ports.storages.changes import IndexSpec
from anninh_core.ports.storages.upgrading import Upgrade, UpgradeStep
from anninh_core.testing.clock import FixedClock
from anninh_core.web import create_asgi


def test_liveness_ignores_the_storage(call: Call, storage: FaultyStorage) -> None:
    """The process is alive whatever its storage says: a restart wouldn't help."""
    storage.break_down()

    assert call("GET", "/livez").json() == {"status": "alive"}


def test_ready_names_each_check(call: Call) -> None:
    """Ready means that every check is ok; without a worker beside the door, nobody asks about one."""
    answer = call("GET", "/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "checks": {"storage": "ok", "writing": "ok", "keys": "ok", "migrations": "ok"},
    }


def test_a_storage_that_fails(
    call: Call, storage: FaultyStorage, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    """It comes and goes; the answer says which check failed and nothing of why, the log names a class."""
    storage.break_down()
    down = call("GET", "/readyz")
    storage.recover()
    clock.advance(REST)

    assert (down.status_code, down.json()["status"]) == (503, "not ready")
    assert down.json()["checks"] == {"storage": "failed", "writing": "failed", "keys": "ok", "migrations": "ok"}
    assert "storage failed: StorageBusy" in caplog.text
    assert SECRET_WORDS not in down.text + caplog.text
    assert call("GET", "/readyz").status_code == 200


def test_a_full_disk(call: Call, storage: FaultyStorage, clock: FixedClock, caplog: pytest.LogCaptureFixture) -> None:
    """What can only be read isn't fit for work; answer and log say that it is for want of room, and of no more."""
    storage.full = True
    full = call("GET", "/readyz")
    storage.full = False
    clock.advance(REST)

    assert (full.status_code, full.json()["checks"]["writing"]) == (503, "disk full")
    assert "no room is left on the disk" in caplog.text
    assert SECRET_WORDS not in full.text + caplog.text
    assert call("GET", "/readyz").status_code == 200


def test_readiness_writes_once_a_second(app: App, storage: FaultyStorage, clock: FixedClock) -> None:
    """Whoever asks without end lets nobody write more than once a second, also where the clock is set back."""
    call = caller(create_asgi(app))
    for _ in range(5):
        assert call("GET", "/readyz").status_code == 200
    assert storage.tries == 1
    clock.advance(REST)
    assert [call("GET", "/readyz").status_code for _ in range(3)] == [200] * 3
    assert storage.tries == 2
    clock.set(clock.now() - REST)
    call("GET", "/readyz")
    assert storage.tries == 3


def test_keys_that_are_gone(app: App, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be sealed or opened any more, the app isn't fit for work."""

    def gone(*_: object) -> bytes:
        raise DecryptionError(SECRET_WORDS)

    monkeypatch.setattr(app.internals.context.keys, "unwrap", gone)
    answer = call("GET", "/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["keys"] == "failed"


def test_a_key_that_opens_something_else(app: App, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """That a key opens isn't enough: what was wrapped must come back."""
    monkeypatch.setattr(app.internals.context.keys, "unwrap", lambda *_: b"something else")

    assert call("GET", "/readyz").json()["checks"]["keys"] == "failed"


def test_a_file_migrated_by_others(durable_app: App, tmp_path: Path, clock: FixedClock) -> None:
    """A process that still runs the version of before isn't fit for work any more, with figures or without."""
    calls = [caller(create_asgi(durable_app, metrics=metrics)) for metrics in (False, True)]
    before = [call("GET", "/readyz").status_code for call in calls]
    with closing(sqlite3.connect(tmp_path / "anninh.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    clock.advance(REST)
    after = [call("GET", "/readyz") for call in calls]

    assert before == [200, 200]
    assert [answer.status_code for answer in after] == [503, 503]
    assert after[0].json()["checks"] == {"storage": "ok", "writing": "ok", "keys": "ok", "migrations": "failed"}


class Behind(FaultyStorage):
    """Was replaced by an older file under its process."""

    def pending(self, specs: Sequence[IndexSpec]) -> Upgrade:
        return Upgrade(where="x", found="1", newest="2", size=1, steps=(UpgradeStep(name="2", what="More."),))


class TestBehind:
    """A storage with steps to take."""

    @pytest.fixture
    def storage(self) -> FaultyStorage:
        return Behind()

    def test_it_isn_t_current(self, call: Call) -> None:
        """What this version counts on isn't there."""
        assert call("GET", "/readyz").json()["checks"]["migrations"] == "not current"


def test_a_worker_that_doesn_t_work(app: App, clock: FixedClock) -> None:
    """Where the worker shall run beside the door, the door is ready only while it does."""
    asgi = create_asgi(app, work=True)

    async def running() -> None:
        async with asgi.router.lifespan_context(asgi):
            states.append(await anyio.to_thread.run_sync(ask))

    def ask() -> tuple[int, str]:
        answer = caller(asgi)("GET", "/readyz")
        clock.advance(REST)
        return answer.status_code, answer.json()["checks"]["worker"]

    states = [ask()]
    anyio.run(running)
    states.append(ask())

    assert states == [(503, "stopped"), (200, "ok"), (503, "stopped")]


def test_a_dead_worker_elsewhere(app: App, call: Call, clock: FixedClock) -> None:
    """`/readyz` says so, and why to this machine alone; `/readyz/door` says that events are taken in."""
    app.worker.heartbeat.beat()
    assert call("GET", "/readyz").status_code == 200
    clock.advance(timedelta(minutes=3))
    here = call("GET", "/readyz")
    through_a_proxy = call("GET", "/readyz", headers={"X-Forwarded-For": "203.0.113.9"})
    door = call("GET", "/readyz/door")

    assert (here.status_code, here.json()["status"]) == (503, "in trouble")
    assert [fault["name"] for fault in here.json()["faults"]] == ["worker"]
    assert set(here.json()["checks"].values()) == {"ok"}
    assert through_a_proxy.status_code == 503
    assert "faults" not in through_a_proxy.json()
    assert (door.status_code, door.json()["status"]) == (200, "ready")
