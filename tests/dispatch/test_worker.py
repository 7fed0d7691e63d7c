"""The worker and the clock's round."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.dispatch.conftest import THEFT, Appoint, Launch, journal, outbox

from anninh_core.app import App
from anninh_core.dispatch.worker import Step, Worker
from anninh_core.testing import Dialog, FixedClock, MockChat


def test_a_step_says_what_it_moved(app: App, chat: MockChat) -> None:
    """One event in, its journal line read, one reply out; in the end nothing."""
    chat.says(chat.person("Thử Văn An"), THEFT)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    assert app.worker.step() == Step(received=1, reacted=1, sent=1)
    app.worker.drain()
    assert app.worker.step().idle


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
    assert first["opened"] > 0
    assert app.worker.tick()["opened"] == 0
    clock.advance(timedelta(days=31))
    later = app.worker.tick()
    assert later["urged"] > 0
    assert later["reminded"] == 1
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
    """Counts rounds of the clock."""
    ticks: list[str] = []
    sound: Callable[[Worker], object] = Worker.tick

    def tick(self: Worker) -> object:
        ticks.append("tick")
        return sound(self)

    monkeypatch.setattr(Worker, "tick", tick)
    return ticks


def test_a_busy_worker_looks_at_the_clock_too(
    app: App, clock: FixedClock, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is due by the clock doesn't wait for a quiet moment, nor for a clock that was set back to catch up."""
    moves = [timedelta(seconds=30), timedelta(seconds=30), timedelta(hours=-2), timedelta()]

    def busy(_: Worker, **_sending: object) -> Step:
        clock.set(clock.now() + moves.pop(0))
        if not moves:
            app.worker.stop()
        return Step(received=1, reacted=0, sent=0)

    monkeypatch.setattr(Worker, "step", busy)
    app.worker.run()
    assert len(counted) == 2


def test_a_running_worker_works_until_stopped(
    app: App, chat: MockChat, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes in, answers, makes the clock's round once an hour and not at every rest, and ends when told to."""
    chat.says(chat.person("Thử Văn An"), THEFT)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    rests: list[object] = []

    class Bed(threading.Event):
        """Where this worker rests; only its own rest, as its threads wait by events too."""

        def wait(self, timeout: float | None = None) -> bool:
            rests.append(timeout)
            if len(rests) == 5:
                app.worker.stop()
            return False

    monkeypatch.setattr(app.worker, "_wake", Bed())
    app.worker.run()
    assert chat.hears(chat.person("Thử Văn An"))
    assert counted == ["tick"]
    app.worker.run()  # stopped before: it doesn't begin again
    assert len(rests) == 5


def test_a_resting_worker_wakes_when_work_comes(app: App, chat: MockChat) -> None:
    """However long it would rest, an event that comes in is processed at once."""
    heard = threading.Event()
    app.desk.committed = lambda change: heard.set() if change.inbox_settled else None
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
