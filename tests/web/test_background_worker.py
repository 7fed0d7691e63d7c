import logging
import threading
from datetime import timedelta

import anyio
import anyio.lowlevel
import pytest
from tests.web.conftest import SECRET_WORDS, Event

from anninh_core.app import App
from anninh_core.web.background_worker import BackgroundWorker


async def wait_for_event(done: threading.Event) -> None:
    assert await anyio.to_thread.run_sync(done.wait, 30)


def test_background_worker_answers_events(app: App, event_function: Event, message_sent: threading.Event) -> None:
    """The background worker answers a stored event, and its thread has ended when its block ends."""

    async def wait_for_answer() -> None:
        async with BackgroundWorker(app.worker).run():
            await wait_for_event(message_sent)

    app.intake.accept("oa", event_function("Cháy nhà ở xóm 3, đến ngay"))
    anyio.run(wait_for_answer)

    assert [thread.name for thread in threading.enumerate() if thread.name == "anninh worker"] == []


@pytest.fixture
def worker_failing_once(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the worker raise once an error from which it doesn't recover."""
    run = app.worker.run
    failed = threading.Event()

    def run_or_fail() -> None:
        if failed.is_set():
            return run()
        failed.set()
        raise RuntimeError(SECRET_WORDS)

    monkeypatch.setattr(app.worker, "run", run_or_fail)


@pytest.mark.usefixtures("worker_failing_once")
def test_background_worker_restarts_after_error(
    app: App, event_function: Event, message_sent: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    """The background worker is restarted after an error, and the log names the error by its class only."""

    async def wait_for_answer() -> None:
        async with BackgroundWorker(app.worker, timedelta(milliseconds=1)).run():
            await wait_for_event(message_sent)

    app.intake.accept("oa", event_function("Cháy nhà ở xóm 3, đến ngay"))
    with caplog.at_level(logging.ERROR):
        anyio.run(wait_for_answer)

    assert "RuntimeError at " in caplog.text
    assert SECRET_WORDS not in caplog.text


def test_closed_app_ends_background_worker(app: App) -> None:
    """If the app is closed inside the background worker's block, the worker's thread ends, and leaving the block
    doesn't hang.
    """

    async def close_app() -> None:
        async with BackgroundWorker(app.worker).run():
            app.close()

    anyio.run(close_app)

    assert "anninh worker" not in [thread.name for thread in threading.enumerate()]


def test_state_shows_whether_worker_runs(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """The background worker's state is "ok" while it runs, and differs while it pauses after an error and outside its
    block.
    """
    run = app.worker.run
    failed = threading.Event()
    background = BackgroundWorker(app.worker, timedelta(hours=1))

    def run_and_fail() -> None:
        run()
        failed.set()
        raise RuntimeError(SECRET_WORDS)

    monkeypatch.setattr(app.worker, "run", run_and_fail)

    async def collect_states() -> list[str]:
        states = [background.state()]
        async with background.run():
            states.append(background.state())
            app.worker.stop()
            await wait_for_event(failed)
            while background.state() == "ok":
                await anyio.lowlevel.checkpoint()
            states.append(background.state())
        return [*states, background.state()]

    assert anyio.run(collect_states) == ["stopped", "ok", "resting after a failure", "stopped"]
