"""The worker runs steps, which process due events and messages, and periodic jobs."""

import threading
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from attrs import evolve
from tests.messaging.conftest import THEFT, Appoint, Launch, journal, outbox
from tests.support.commits import CommitListener

from anninh_core.app import App
from anninh_core.testing import Dialog, FixedClock, MockChat
from anninh_core.worker.periodic_job import Job
from anninh_core.worker.worker import StepResult, Worker

EVERY = (("often", 1), ("seldom", 3))


def test_step_returns_its_counts(app: App, chat: MockChat) -> None:
    """A step returns the numbers of processed events, journal entries and sent replies, and counts as idle once nothing
    is due.
    """
    chat.says(chat.person("Thử Văn An"), THEFT)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    assert app.worker.step() == StepResult(received=1, reacted=1, sent=1)
    app.worker.drain()
    assert app.worker.step().is_idle


def test_drain_stops_without_due_work(app: App, chat: MockChat, dialog: Dialog) -> None:
    """Draining the queues doesn't wait for rows that are due later, and respects the limit of steps."""
    chat.fail_next("rate_limit", timedelta(hours=1))
    dialog.says("Thử Văn An", THEFT)
    assert app.worker.drain() == 0
    chat.says(chat.person("Thử Văn An"), THEFT)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    assert app.worker.drain(most=1) == 1


def test_tick_opens_urges_and_reminds(app: App, clock: FixedClock, appoint: Appoint, launch: Launch) -> None:
    """The periodic jobs open this year's duties, urge late units and remind groups after a month."""
    launch()
    first_tick = app.worker.tick()
    assert first_tick["open_duties"] > 0
    assert app.worker.jobs["open_duties"].run() == 0
    clock.advance(timedelta(days=31))
    later_tick = app.worker.tick()
    assert later_tick["remind_units"] > 0
    assert later_tick["remind_groups"] == 1
    app.worker.drain()
    assert [row.state for row in outbox(app, "group.reminder")] == ["delivered"]


def test_idle_tick_writes_no_entry(app: App, launch: Launch) -> None:
    """A tick, which runs all periodic jobs, writes no journal entry if nothing is due."""
    launch()
    for _ in range(3):
        app.worker.tick()
    app.worker.drain()
    before = len(journal(app))
    app.worker.tick()
    assert len(journal(app)) == before


@pytest.fixture
def recorded_runs(app: App, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A list that gets an entry for each run of a periodic job."""
    runs: list[str] = []
    original = app.worker.jobs["open_duties"]

    def run_and_record() -> int:
        runs.append("run")
        return original.run()

    monkeypatch.setattr(app.worker, "jobs", {**app.worker.jobs, original.name: evolve(original, run=run_and_record)})
    return runs


def test_busy_worker_runs_periodic_jobs(
    app: App, clock: FixedClock, recorded_runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy worker runs periodic jobs on time, also after the clock was set back."""
    moves = [timedelta(seconds=30), timedelta(seconds=30), timedelta(hours=-2), timedelta()]

    def advance_clock(_: Worker, **_sending: object) -> StepResult:
        clock.set(clock.now() + moves.pop(0))
        if not moves:
            app.worker.stop()
        return StepResult(received=1, reacted=0, sent=0)

    monkeypatch.setattr(Worker, "step", advance_clock)
    app.worker.run()
    assert len(recorded_runs) == 2


def test_worker_runs_until_stopped(
    app: App, chat: MockChat, recorded_runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A running worker processes events, runs a job once a minute instead of at every pause, and ends after `stop`."""
    chat.says(chat.person("Thử Văn An"), THEFT)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    idle = list[StepResult]()
    original = Worker.step

    def count_step(self: Worker, **options: Any) -> StepResult:
        result = original(self, **options)
        if result.is_idle:
            idle.append(result)
        if len(idle) == 5:
            app.worker.stop()
        return result

    monkeypatch.setattr(Worker, "step", count_step)
    app.worker.run(pause=timedelta(milliseconds=1))
    assert chat.hears(chat.person("Thử Văn An"))
    assert recorded_runs == ["run"]
    app.worker.run()  # The worker was stopped already and doesn't run again.
    assert len(idle) == 5


def test_event_wakes_a_pausing_worker(app: App, chat: MockChat) -> None:
    """An arriving event wakes a pausing worker at once."""
    was_processed = threading.Event()
    app.internals.runner.observers.append(
        CommitListener(lambda change: was_processed.set() if change.inbox_settled else None)
    )
    worker = threading.Thread(target=app.worker.run, kwargs={"pause": timedelta(hours=1)})
    worker.start()
    try:
        chat.says(chat.person("Thử Văn An"), THEFT)
        for request in chat.webhooks():
            app.intake.accept("oa", request)
        assert was_processed.wait(60)
    finally:
        app.worker.stop()
        worker.join(60)
    assert not worker.is_alive()


def test_worker_continues_after_an_error(app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a round that failed with whatever error, the worker runs its jobs and the next round; only `stop` ends
    it.
    """
    fails = True
    original = Worker.step

    def fail_step(self: Worker, **options: Any) -> StepResult:
        nonlocal fails
        if fails:
            fails = False
            raise ZeroDivisionError
        return original(self, **options)

    monkeypatch.setattr(Worker, "step", fail_step)
    monkeypatch.setattr("anninh_core.worker.worker.RECOVERY_PAUSE", timedelta())
    was_processed = threading.Event()
    app.internals.runner.observers.append(
        CommitListener(lambda change: was_processed.set() if change.inbox_settled else None)
    )
    chat.says(chat.person("Thử Văn An"), THEFT)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    worker = threading.Thread(target=app.worker.run)
    worker.start()
    try:
        assert was_processed.wait(60)
    finally:
        app.worker.stop()
        worker.join(60)
    assert not worker.is_alive()


def test_jobs_run_at_their_own_intervals(app: App, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A running worker runs each job at the job's own interval, and a tick runs all jobs at once."""
    ran: list[str] = []

    def run_job(name: str) -> int:
        ran.append(name)
        return len(name)

    jobs = [Job(name, partial(run_job, name), timedelta(minutes=minutes)) for name, minutes in EVERY]
    monkeypatch.setattr(app.worker, "jobs", {job.name: job for job in jobs})
    moves = 6

    def advance_step(self: Worker, **_options: object) -> StepResult:
        nonlocal moves
        clock.advance(timedelta(minutes=1))
        moves -= 1
        if not moves:
            self.stop()
        return StepResult(received=1, reacted=0, sent=0)

    monkeypatch.setattr(Worker, "step", advance_step)
    app.worker.run()
    assert (ran.count("often"), ran.count("seldom")) == (6, 2)
    assert app.worker.tick() == {"often": 5, "seldom": 6}


def test_job_with_own_thread_delays_nothing(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """A running worker continues while a job with its own thread waits for a platform, and doesn't run that job
    itself.
    """
    waits = threading.Event()
    go_on = threading.Event()
    runs = list[str]()

    def wait_in_job() -> int:
        runs.append(threading.current_thread().name)
        waits.set()
        go_on.wait(60)
        return 1

    monkeypatch.setattr(app.worker, "jobs", {"ask": Job("ask", wait_in_job, own_thread=True)})
    steps = 0

    def count_step(self: Worker, **_options: object) -> StepResult:
        nonlocal steps
        assert waits.wait(60)
        steps += 1
        if steps == 3:
            go_on.set()
            self.stop()
        return StepResult(received=1, reacted=0, sent=0)

    monkeypatch.setattr(Worker, "step", count_step)
    app.worker.run()
    assert (runs, steps) == (["anninh ask"], 3)
