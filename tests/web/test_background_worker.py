import logging
import threading
from datetime import timedelta

import anyio
import anyio.lowlevel
import pytest
from tests.web.conftest import SECRET_WORDS, Event

from anninh_core.app import App
from anninh_core.web.background_worker import BackgroundWorker


async def until(done: threading.Event) -> None:
    assert await anyio.to_thread.run_sync(done.wait, 30)


def test_background_worker_answers_events(app: App, event: Event, sent: threading.Event) -> None:
    """The background worker answers a stored event, and its thread has ended when the block ends."""

    async def scene() -> None:
        async with BackgroundWorker(app.worker).run():
            await until(sent)

    app.intake.accept("oa", event("Cháy nhà ở xóm 3, đến ngay"))
    anyio.run(scene)

    assert [thread.name for thread in threading.enumerate() if thread.name == "anninh worker"] == []


@pytest.fixture
def failing_once(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the worker raise an error once that it doesn't recover from."""
    run = app.worker.run
    failed = threading.Event()

    def broken_once() -> None:
        if failed.is_set():
            return run()
        failed.set()
        raise RuntimeError(SECRET_WORDS)

    monkeypatch.setattr(app.worker, "run", broken_once)


@pytest.mark.usefixtures("failing_once")
def test_background_worker_restarts_after_error(
    app: App, event: Event, sent: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    """The worker continues after an error, and the log names the error by its class only."""

    async def scene() -> None:
        async with BackgroundWorker(app.worker, timedelta(milliseconds=1)).run():
            await until(sent)

    app.intake.accept("oa", event("Cháy nhà ở xóm 3, đến ngay"))
    with caplog.at_level(logging.ERROR):
        anyio.run(scene)

    assert "RuntimeError at " in caplog.text
    assert SECRET_WORDS not in caplog.text


def test_closed_app_ends_background_worker(app: App) -> None:
    """If the app was closed inside the block, the worker's thread has ended and leaving the block doesn't hang."""

    async def scene() -> None:
        async with BackgroundWorker(app.worker).run():
            app.close()

    anyio.run(scene)

    assert "anninh worker" not in [thread.name for thread in threading.enumerate()]


def test_state_shows_whether_worker_runs(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """The state is "ok" while the worker runs, and differs while it pauses after an error and outside the block."""
    run = app.worker.run
    failed = threading.Event()
    background = BackgroundWorker(app.worker, timedelta(hours=1))

    def run_and_fail() -> None:
        run()
        failed.set()
        raise RuntimeError(SECRET_WORDS)

    monkeypatch.setattr(app.worker, "run", run_and_fail)

    async def scene() -> list[str]:
        states = [background.state()]
        async with background.run():
            states.append(background.state())
            app.worker.stop()
            await until(failed)
            while background.state() == "ok":
                await anyio.lowlevel.checkpoint()
            states.append(background.state())
        return [*states, background.state()]

    assert anyio.run(scene) == ["stopped", "ok", "resting after a failure", "stopped"]
