"""The worker's heartbeat distinguishes a working worker from a dead one and from one with failing jobs."""

from datetime import timedelta

import pytest

from anninh_core.app import App
from anninh_core.app.faults import check_worker
from anninh_core.ports.health import Level
from anninh_core.testing import FixedClock
from anninh_core.worker.heartbeat import BEAT_INTERVAL, HeartbeatWriter, read_heartbeat

SILENCE = timedelta(minutes=2)


@pytest.fixture
def writer(app: App, clock: FixedClock) -> HeartbeatWriter:
    return HeartbeatWriter(app.internals.context.storage.states, clock)


def fail(writer: HeartbeatWriter, job: str) -> None:
    with pytest.raises(RuntimeError), writer.watch(job):
        raise RuntimeError


def look(app: App, clock: FixedClock) -> Level:
    return check_worker(app.internals.context.storage.states, clock.now(), SILENCE).level


def test_round_stores_a_heartbeat(app: App) -> None:
    """A round of a running worker stores its time, readable without keys."""
    app.worker.jobs["open_duties"].run()
    assert read_heartbeat(app.internals.context.storage.states) is None
    app.worker.heartbeat.beat()
    beat = read_heartbeat(app.internals.context.storage.states)
    assert beat is not None
    assert beat.at == app.internals.context.clock.now()


def test_heartbeat_is_written_rarely(app: App, writer: HeartbeatWriter, clock: FixedClock) -> None:
    """However many rounds there are, the heartbeat is written at most three times a minute."""
    begun = clock.now()
    writer.beat()
    clock.advance(BEAT_INTERVAL / 2)
    writer.beat()
    beat = read_heartbeat(app.internals.context.storage.states)
    assert beat is not None
    assert beat.at == begun


def test_missing_heartbeat_is_a_problem(app: App, writer: HeartbeatWriter, clock: FixedClock) -> None:
    """A killed worker is a problem after the silence period, and a restarted one isn't."""
    assert look(app, clock) is Level.WARNING
    writer.beat()
    assert look(app, clock) is Level.OK
    clock.advance(SILENCE + timedelta(seconds=1))
    assert look(app, clock) is Level.PROBLEM
    writer.beat()
    assert look(app, clock) is Level.OK


def test_repeatedly_failing_job_is_a_problem(app: App, writer: HeartbeatWriter, clock: FixedClock) -> None:
    """A worker with a job that never succeeds is a problem until the job succeeds."""
    for _ in range(6):
        fail(writer, "page_officers")
        writer.beat()
        clock.advance(timedelta(seconds=30))
    check = check_worker(app.internals.context.storage.states, clock.now(), SILENCE)
    assert check.level is Level.PROBLEM
    assert "page_officers (3 minutes)" in check.what
    with writer.watch("page_officers"):
        pass
    writer.beat()
    assert look(app, clock) is Level.OK


def test_single_failure_is_no_problem(app: App, writer: HeartbeatWriter, clock: FixedClock) -> None:
    """A job that failed once is no problem."""
    fail(writer, "page_officers")
    writer.beat()
    clock.advance(timedelta(seconds=30))
    assert look(app, clock) is Level.OK


def test_failed_round_writes_no_heartbeat(app: App, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker with a step that always fails writes no heartbeat, though its jobs run."""

    def break_off() -> int:
        app.worker.stop()
        raise RuntimeError

    monkeypatch.setattr(app.worker.outbox, "run", lambda *_, **__: break_off())
    app.worker.run()
    assert read_heartbeat(app.internals.context.storage.states) is None
    assert look(app, clock) is Level.WARNING
