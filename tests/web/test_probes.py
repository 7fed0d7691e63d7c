"""The addresses `/livez` and `/readyz`, which show whether a process is alive and ready."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import anyio
import pytest
from tests.web.conftest import SECRET_WORDS, Call, FaultyStorage, build_caller

from anninh_core.app import App
from anninh_core.app.health import REST
from anninh_core.kernel.errors import DecryptionError
from anninh_core.ports.storages.changes import IndexSpec
from anninh_core.ports.storages.upgrading import Upgrade, UpgradeStep
from anninh_core.testing.clock import FixedClock
from anninh_core.web import create_asgi


def test_liveness_ignores_the_storage(call: Call, storage: FaultyStorage) -> None:
    """The process counts as alive even if its storage fails, because a restart wouldn't help."""
    storage.start_failing()

    assert call("GET", "/livez").json() == {"status": "alive"}


def test_ready_names_each_check(call: Call) -> None:
    """`/readyz` returns 200 if every check is ok; without a background worker there is no check of a worker."""
    response = call("GET", "/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "checks": {"storage": "ok", "writing": "ok", "keys": "ok", "migrations": "ok"},
    }


def test_storage_failure_means_not_ready(
    call: Call, storage: FaultyStorage, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    """While the storage fails, `/readyz` names the failed checks without a reason, and the log names the error's
    class.
    """
    storage.start_failing()
    down = call("GET", "/readyz")
    storage.recover()
    clock.advance(REST)

    assert (down.status_code, down.json()["status"]) == (503, "not ready")
    assert down.json()["checks"] == {"storage": "failed", "writing": "failed", "keys": "ok", "migrations": "ok"}
    assert "storage failed: StorageBusy" in caplog.text
    assert SECRET_WORDS not in down.text + caplog.text
    assert call("GET", "/readyz").status_code == 200


def test_full_disk_means_not_ready(
    call: Call, storage: FaultyStorage, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    """A storage without space isn't ready; the response and the log name the full disk and no details."""
    storage.full = True
    full = call("GET", "/readyz")
    storage.full = False
    clock.advance(REST)

    assert (full.status_code, full.json()["checks"]["writing"]) == (503, "disk full")
    assert "no room is left on the disk" in caplog.text
    assert SECRET_WORDS not in full.text + caplog.text
    assert call("GET", "/readyz").status_code == 200


def test_readiness_writes_once_a_second(app: App, storage: FaultyStorage, clock: FixedClock) -> None:
    """However often `/readyz` is called, it writes to the storage at most once a second, even after the clock was set
    back.
    """
    call = build_caller(create_asgi(app))
    for _ in range(5):
        assert call("GET", "/readyz").status_code == 200
    assert storage.tries == 1
    clock.advance(REST)
    assert [call("GET", "/readyz").status_code for _ in range(3)] == [200] * 3
    assert storage.tries == 2
    clock.set(clock.now() - REST)
    call("GET", "/readyz")
    assert storage.tries == 3


def test_failing_keys_mean_not_ready(app: App, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """If data keys can't be unwrapped, the app isn't ready."""

    def raise_decryption_error(*_: object) -> bytes:
        raise DecryptionError(SECRET_WORDS)

    monkeypatch.setattr(app.internals.context.keys, "unwrap", raise_decryption_error)
    response = call("GET", "/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["keys"] == "failed"


def test_wrong_key_means_not_ready(app: App, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check of the keys fails if unwrapping returns another value than was wrapped."""
    monkeypatch.setattr(app.internals.context.keys, "unwrap", lambda *_: b"something else")

    assert call("GET", "/readyz").json()["checks"]["keys"] == "failed"


def test_newer_schema_means_not_ready(durable_app: App, tmp_path: Path, clock: FixedClock) -> None:
    """A process with an earlier schema version than its database isn't ready, whether or not it has metrics."""
    calls = [build_caller(create_asgi(durable_app, metrics=metrics)) for metrics in (False, True)]
    before = [call("GET", "/readyz").status_code for call in calls]
    with closing(sqlite3.connect(tmp_path / "anninh.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    clock.advance(REST)
    after = [call("GET", "/readyz") for call in calls]

    assert before == [200, 200]
    assert [response.status_code for response in after] == [503, 503]
    assert after[0].json()["checks"] == {"storage": "ok", "writing": "ok", "keys": "ok", "migrations": "failed"}


class StorageBehind(FaultyStorage):
    """A storage with a pending migration, as after its file was replaced by an older one."""

    def pending(self, specs: Sequence[IndexSpec]) -> Upgrade:
        return Upgrade(where="x", found="1", newest="2", size=1, steps=(UpgradeStep(name="2", what="More."),))


class TestBehind:
    """Tests of an app with a pending migration."""

    @pytest.fixture
    def storage(self) -> FaultyStorage:
        return StorageBehind()

    def test_pending_migration_is_not_current(self, call: Call) -> None:
        """An app whose storage has a pending migration isn't ready."""
        assert call("GET", "/readyz").json()["checks"]["migrations"] == "not current"


def test_stopped_worker_means_not_ready(app: App, clock: FixedClock) -> None:
    """With a background worker, the web server is ready only while the worker runs."""
    asgi = create_asgi(app, work=True)

    async def check_while_running() -> None:
        async with asgi.router.lifespan_context(asgi):
            states.append(await anyio.to_thread.run_sync(get_worker_state))

    def get_worker_state() -> tuple[int, str]:
        response = build_caller(asgi)("GET", "/readyz")
        clock.advance(REST)
        return response.status_code, response.json()["checks"]["worker"]

    states = [get_worker_state()]
    anyio.run(check_while_running)
    states.append(get_worker_state())

    assert states == [(503, "stopped"), (200, "ok"), (503, "stopped")]


def test_dead_remote_worker_fails_readyz(app: App, call: Call, clock: FixedClock) -> None:
    """If another process's worker is dead, `/readyz` fails and shows the fault only to callers on this machine, while
    `/readyz/door` is ready.
    """
    app.worker.heartbeat.write_heartbeat()
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
