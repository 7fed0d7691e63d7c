"""The worker's heartbeat: it tells a worker that works from one that is dead, or whose jobs fail."""

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


def test_a_running_worker_beats(app: App) -> None:
    """A round of a running worker leaves its moment, without keys to read it."""
    app.worker.jobs["open_duties"].run()
    assert read_heartbeat(app.internals.context.storage.states) is None
    app.worker.heartbeat.beat()
    beat = read_heartbeat(app.internals.context.storage.states)
    assert beat is not None
    assert beat.at == app.internals.context.clock.now()


def test_it_costs_little(app: App, writer: HeartbeatWriter, clock: FixedClock) -> None:
    """However many rounds there are, it is written three times a minute at most."""
    begun = clock.now()
    writer.beat()
    clock.advance(BEAT_INTERVAL / 2)
    writer.beat()
    beat = read_heartbeat(app.internals.context.storage.states)
    assert beat is not None
    assert beat.at == begun


def test_silence_is_a_problem(app: App, writer: HeartbeatWriter, clock: FixedClock) -> None:
    """A worker that was killed is found out by the clock alone; one that begins again is well."""
    assert look(app, clock) is Level.WARNING
    writer.beat()
    assert look(app, clock) is Level.OK
    clock.advance(SILENCE + timedelta(seconds=1))
    assert look(app, clock) is Level.PROBLEM
    writer.beat()
    assert look(app, clock) is Level.OK


def test_a_job_that_fails_again_and_again_is_a_problem(app: App, writer: HeartbeatWriter, clock: FixedClock) -> None:
    """A worker whose rounds end, and one of whose jobs never succeeds, isn't well; once it succeeds, it is."""
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


def test_a_job_that_fails_once_is_no_problem(app: App, writer: HeartbeatWriter, clock: FixedClock) -> None:
    """The next round may go well."""
    fail(writer, "page_officers")
    writer.beat()
    clock.advance(timedelta(seconds=30))
    assert look(app, clock) is Level.OK


def test_a_round_that_breaks_off_is_no_beat(app: App, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker whose step fails each time stays silent, though its jobs run."""

    def break_off() -> int:
        app.worker.stop()
        raise RuntimeError

    monkeypatch.setattr(app.worker.outbox, "run", lambda *_, **__: break_off())
    app.worker.run()
    assert read_heartbeat(app.internals.context.storage.states) is None
    assert look(app, clock) is Level.WARNING
