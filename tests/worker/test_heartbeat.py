"""The worker's heartbeat shows whether the worker works, is dead, or has failing jobs."""

from datetime import timedelta

import pytest

from anninh_core.app import App
from anninh_core.app.faults import check_worker
from anninh_core.ports.health import Level
from anninh_core.testing import FixedClock
from anninh_core.worker.heartbeat import BEAT_INTERVAL, HeartbeatWriter, read_heartbeat

SILENCE = timedelta(minutes=2)


@pytest.fixture
def heartbeat_writer(app: App, clock: FixedClock) -> HeartbeatWriter:
    return HeartbeatWriter(app.internals.context.storage.states, clock)


def fail_job(writer: HeartbeatWriter, job: str) -> None:
    with pytest.raises(RuntimeError), writer.watch(job):
        raise RuntimeError


def get_worker_level(app: App, clock: FixedClock) -> Level:
    return check_worker(app.internals.context.storage.states, clock.now(), SILENCE).level


def test_round_stores_a_heartbeat(app: App) -> None:
    """A round of a running worker stores the time of the round, which can be read without keys."""
    app.worker.jobs["open_duties"].run()
    assert read_heartbeat(app.internals.context.storage.states) is None
    app.worker.heartbeat.write_heartbeat()
    beat = read_heartbeat(app.internals.context.storage.states)
    assert beat is not None
    assert beat.at == app.internals.context.clock.now()


def test_heartbeat_is_written_rarely(app: App, heartbeat_writer: HeartbeatWriter, clock: FixedClock) -> None:
    """The heartbeat is written at most three times a minute, however many rounds the worker has."""
    begun = clock.now()
    heartbeat_writer.write_heartbeat()
    clock.advance(BEAT_INTERVAL / 2)
    heartbeat_writer.write_heartbeat()
    beat = read_heartbeat(app.internals.context.storage.states)
    assert beat is not None
    assert beat.at == begun


def test_missing_heartbeat_is_a_problem(app: App, heartbeat_writer: HeartbeatWriter, clock: FixedClock) -> None:
    """A killed worker is a problem after the silence period, and a restarted one isn't."""
    assert get_worker_level(app, clock) is Level.WARNING
    heartbeat_writer.write_heartbeat()
    assert get_worker_level(app, clock) is Level.OK
    clock.advance(SILENCE + timedelta(seconds=1))
    assert get_worker_level(app, clock) is Level.PROBLEM
    heartbeat_writer.write_heartbeat()
    assert get_worker_level(app, clock) is Level.OK


def test_repeatedly_failing_job_is_a_problem(app: App, heartbeat_writer: HeartbeatWriter, clock: FixedClock) -> None:
    """A worker is a problem while one of its jobs never succeeds, until the job succeeds."""
    for _ in range(6):
        fail_job(heartbeat_writer, "page_officers")
        heartbeat_writer.write_heartbeat()
        clock.advance(timedelta(seconds=30))
    check = check_worker(app.internals.context.storage.states, clock.now(), SILENCE)
    assert check.level is Level.PROBLEM
    assert "page_officers (3 minutes)" in check.what
    with heartbeat_writer.watch("page_officers"):
        pass
    heartbeat_writer.write_heartbeat()
    assert get_worker_level(app, clock) is Level.OK


def test_single_failure_is_no_problem(app: App, heartbeat_writer: HeartbeatWriter, clock: FixedClock) -> None:
    """A job that failed once is no problem."""
    fail_job(heartbeat_writer, "page_officers")
    heartbeat_writer.write_heartbeat()
    clock.advance(timedelta(seconds=30))
    assert get_worker_level(app, clock) is Level.OK


def test_failed_round_writes_no_heartbeat(app: App, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker in which a step always fails writes no heartbeat, although its jobs run."""

    def stop_and_raise() -> int:
        app.worker.stop()
        raise RuntimeError

    monkeypatch.setattr(app.worker.outbox, "run", lambda *_, **__: stop_and_raise())
    app.worker.run()
    assert read_heartbeat(app.internals.context.storage.states) is None
    assert get_worker_level(app, clock) is Level.WARNING
