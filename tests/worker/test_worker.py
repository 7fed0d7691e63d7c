"""The worker and the clock's round."""

import threading
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from attrs import evolve
from tests.messaging.conftest import THEFT, Appoint, Launch, journal, outbox
from tests.support.commits import OnCommit

from anninh_core.app import App
from anninh_core.testing import Dialog, FixedClock, MockChat
from anninh_core.worker.periodic_job import Job
from anninh_core.worker.worker import StepResult, Worker

EVERY = (("often", 1), ("seldom", 3))


def test_a_step_says_what_it_moved(app: App, chat: MockChat) -> None:
    """One event in, its journal line read, one reply out; in the end nothing."""
    chat.says(chat.person("Thử Văn An"), THEFT)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    assert app.worker.step() == StepResult(received=1, reacted=1, sent=1)
    app.worker.drain()
    assert app.worker.step().is_idle


def test_draining_stops_when_nothing_is_left_to_do_now(app: App, chat: MockChat, dialog: Dialog) -> None:
    """What is due later isn't waited for; a limit on the steps is kept."""
    chat.fail_next("rate_limit", timedelta(hours=1))
    dialog.says("Thử Văn An", THEFT)
    assert app.worker.drain() == 0
    chat.says(chat.person("Thử Văn An"), THEFT)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    assert app.worker.drain(most=1) == 1


def test_the_round_opens_urges_and_reminds(app: App, clock: FixedClock, appoint: Appoint, launch: Launch) -> None:
    """What the plan asks for this year is opened, late units are urged, groups are reminded after a month."""
    launch()
    first = app.worker.tick()
    assert first["open_duties"] > 0
    assert app.worker.jobs["open_duties"].run() == 0
    clock.advance(timedelta(days=31))
    later = app.worker.tick()
    assert later["remind_units"] > 0
    assert later["remind_groups"] == 1
    app.worker.drain()
    assert [row.state for row in outbox(app, "group.reminder")] == ["delivered"]


def test_a_round_with_nothing_due_leaves_no_entry(app: App, launch: Launch) -> None:
    """The clock looks often; a look that changed nothing isn't written down."""
    launch()
    for _ in range(3):
        app.worker.tick()
    app.worker.drain()
    before = len(journal(app))
    app.worker.tick()
    assert len(journal(app)) == before


@pytest.fixture
def counted(app: App, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Counts how often a job of the clock runs."""
    runs: list[str] = []
    sound = app.worker.jobs["open_duties"]

    def run() -> int:
        runs.append("run")
        return sound.run()

    monkeypatch.setattr(app.worker, "jobs", {**app.worker.jobs, sound.name: evolve(sound, run=run)})
    return runs


def test_a_busy_worker_looks_at_the_clock_too(
    app: App, clock: FixedClock, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is due by the clock doesn't wait for a quiet moment, nor for a clock that was set back to catch up."""
    moves = [timedelta(seconds=30), timedelta(seconds=30), timedelta(hours=-2), timedelta()]

    def busy(_: Worker, **_sending: object) -> StepResult:
        clock.set(clock.now() + moves.pop(0))
        if not moves:
            app.worker.stop()
        return StepResult(received=1, reacted=0, sent=0)

    monkeypatch.setattr(Worker, "step", busy)
    app.worker.run()
    assert len(counted) == 2


def test_a_running_worker_works_until_stopped(
    app: App, chat: MockChat, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes in, answers, runs a job of the clock once a minute and not at every rest, and ends when told to."""
    chat.says(chat.person("Thử Văn An"), THEFT)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    idle = list[StepResult]()
    sound = Worker.step

    def step(self: Worker, **beside: Any) -> StepResult:
        done = sound(self, **beside)
        if done.is_idle:
            idle.append(done)
        if len(idle) == 5:
            app.worker.stop()
        return done

    monkeypatch.setattr(Worker, "step", step)
    app.worker.run(pause=timedelta(milliseconds=1))
    assert chat.hears(chat.person("Thử Văn An"))
    assert counted == ["run"]
    app.worker.run()  # stopped before: it doesn't begin again
    assert len(idle) == 5


def test_a_resting_worker_wakes_when_work_comes(app: App, chat: MockChat) -> None:
    """However long it would rest, an event that comes in is processed at once."""
    heard = threading.Event()
    app.internals.runner.observers.append(OnCommit(lambda change: heard.set() if change.inbox_settled else None))
    worker = threading.Thread(target=app.worker.run, kwargs={"pause": timedelta(hours=1)})
    worker.start()
    try:
        chat.says(chat.person("Thử Văn An"), THEFT)
        for request in chat.webhooks():
            app.intake.accept("oa", request)
        assert heard.wait(60)
    finally:
        app.worker.stop()
        worker.join(60)
    assert not worker.is_alive()


def test_a_worker_that_failed_works_on(app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """A round that fails, for whatever reason, is followed by the jobs and by the next round; only `stop` ends it."""
    fails = True
    sound = Worker.step

    def step(self: Worker, **beside: Any) -> StepResult:
        nonlocal fails
        if fails:
            fails = False
            raise ZeroDivisionError
        return sound(self, **beside)

    monkeypatch.setattr(Worker, "step", step)
    monkeypatch.setattr("anninh_core.worker.worker.RECOVERY_PAUSE", timedelta())
    heard = threading.Event()
    app.internals.runner.observers.append(OnCommit(lambda change: heard.set() if change.inbox_settled else None))
    chat.says(chat.person("Thử Văn An"), THEFT)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    worker = threading.Thread(target=app.worker.run)
    worker.start()
    try:
        assert heard.wait(60)
    finally:
        app.worker.stop()
        worker.join(60)
    assert not worker.is_alive()


def test_jobs_have_a_name_and_a_time_of_their_own(app: App, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A running worker runs each as often as the job says, whatever the others do; a tick runs all of them."""
    ran: list[str] = []

    def run(name: str) -> int:
        ran.append(name)
        return len(name)

    jobs = [Job(name, partial(run, name), timedelta(minutes=minutes)) for name, minutes in EVERY]
    monkeypatch.setattr(app.worker, "jobs", {job.name: job for job in jobs})
    moves = 6

    def step(self: Worker, **_beside: object) -> StepResult:
        nonlocal moves
        clock.advance(timedelta(minutes=1))
        moves -= 1
        if not moves:
            self.stop()
        return StepResult(received=1, reacted=0, sent=0)

    monkeypatch.setattr(Worker, "step", step)
    app.worker.run()
    assert (ran.count("often"), ran.count("seldom")) == (6, 2)
    assert app.worker.tick() == {"often": 5, "seldom": 6}


def test_a_job_in_a_thread_of_its_own_delays_nobody(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """A running worker goes on while such a job waits for its platform, and doesn't run it itself."""
    waits = threading.Event()
    go_on = threading.Event()
    runs = list[str]()

    def run() -> int:
        runs.append(threading.current_thread().name)
        waits.set()
        go_on.wait(60)
        return 1

    monkeypatch.setattr(app.worker, "jobs", {"ask": Job("ask", run, own_thread=True)})
    steps = 0

    def step(self: Worker, **_beside: object) -> StepResult:
        nonlocal steps
        assert waits.wait(60)
        steps += 1
        if steps == 3:
            go_on.set()
            self.stop()
        return StepResult(received=1, reacted=0, sent=0)

    monkeypatch.setattr(Worker, "step", step)
    app.worker.run()
    assert (runs, steps) == (["anninh ask"], 3)
