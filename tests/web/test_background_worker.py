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


def test_the_worker_works(app: App, event: Event, sent: threading.Event) -> None:
    """An event taken in is answered without anybody else running a worker, and the end is waited for."""

    async def scene() -> None:
        async with BackgroundWorker(app.worker).run():
            await until(sent)

    app.intake.accept("oa", event("Cháy nhà ở xóm 3, đến ngay"))
    anyio.run(scene)

    assert [thread.name for thread in threading.enumerate() if thread.name == "anninh worker"] == []


@pytest.fixture
def failing_once(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the worker fail once, with something that it doesn't recover from by itself."""
    run = app.worker.run
    failed = threading.Event()

    def broken_once() -> None:
        if failed.is_set():
            return run()
        failed.set()
        raise RuntimeError(SECRET_WORDS)

    monkeypatch.setattr(app.worker, "run", broken_once)


@pytest.mark.usefixtures("failing_once")
def test_the_worker_survives_a_failure(
    app: App, event: Event, sent: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    """A failure stops nothing for good; the log names it by its class."""

    async def scene() -> None:
        async with BackgroundWorker(app.worker, timedelta(milliseconds=1)).run():
            await until(sent)

    app.intake.accept("oa", event("Cháy nhà ở xóm 3, đến ngay"))
    with caplog.at_level(logging.ERROR):
        anyio.run(scene)

    assert "RuntimeError at " in caplog.text
    assert SECRET_WORDS not in caplog.text


def test_a_worker_stopped_by_others(app: App) -> None:
    """Where the app was closed first, the thread is gone and leaving doesn't hang."""

    async def scene() -> None:
        async with BackgroundWorker(app.worker).run():
            app.close()

    anyio.run(scene)

    assert "anninh worker" not in [thread.name for thread in threading.enumerate()]


def test_the_state_tells_whether_the_worker_works(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """It works between start and end; while it rests after a failure, it doesn't."""
    run = app.worker.run
    failed = threading.Event()
    background = BackgroundWorker(app.worker, timedelta(hours=1))

    def broken_in_the_end() -> None:
        run()
        failed.set()
        raise RuntimeError(SECRET_WORDS)

    monkeypatch.setattr(app.worker, "run", broken_in_the_end)

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
