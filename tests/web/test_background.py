import logging
import threading
from datetime import timedelta

import anyio
import pytest
from tests.web.conftest import SECRET_WORDS, Event

from anninh_core.app import App
from anninh_core.dispatch.worker import Step
from anninh_core.kernel.errors import StorageBusy
from anninh_core.web.background import working


async def until(done: threading.Event) -> None:
    assert await anyio.to_thread.run_sync(done.wait, 30)


def test_the_worker_works(app: App, event: Event, sent: threading.Event) -> None:
    """An event taken in is answered without anybody else running a worker, and the end is waited for."""

    async def scene() -> None:
        async with working(app.worker):
            await until(sent)

    app.intake.accept("oa", event("Cháy nhà ở xóm 3, đến ngay"))
    anyio.run(scene)

    assert [thread.name for thread in threading.enumerate() if thread.name == "anninh worker"] == []


@pytest.fixture
def failing_once(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the worker's first step fail."""
    step, failed = app.worker.step, threading.Event()

    def broken_once(limit: int = 50) -> Step:
        if failed.is_set():
            return step(limit)
        failed.set()
        raise StorageBusy(SECRET_WORDS)

    monkeypatch.setattr(app.worker, "step", broken_once)


@pytest.mark.usefixtures("failing_once")
def test_the_worker_survives_a_failure(
    app: App, event: Event, sent: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    """A storage that fails stops nothing for good; the log names the failure by its class."""

    async def scene() -> None:
        async with working(app.worker, timedelta(milliseconds=1)):
            await until(sent)

    app.intake.accept("oa", event("Cháy nhà ở xóm 3, đến ngay"))
    with caplog.at_level(logging.ERROR):
        anyio.run(scene)

    assert "StorageBusy at " in caplog.text
    assert SECRET_WORDS not in caplog.text


def test_a_worker_stopped_by_others(app: App) -> None:
    """Where the app was closed first, the thread is gone and leaving doesn't hang."""

    async def scene() -> None:
        async with working(app.worker):
            app.close()

    anyio.run(scene)

    assert "anninh worker" not in [thread.name for thread in threading.enumerate()]
