"""`anninh serve`."""

import signal
import sys
from pathlib import Path

import httpx
import pytest
from tests.cli.conftest import Run, mock, opened, process

pytestmark = pytest.mark.slow  # whole processes that serve


@pytest.mark.skipif(sys.platform == "win32", reason="signals end a process there")
def test_the_door_is_open_until_a_signal(folder: Path) -> None:
    """A signed webhook is taken in and, with --work, answered; then the process ends with exit code 0."""
    with opened(folder) as (app, _):
        chat = mock(app).chat
        chat.says(chat.person("Bà Mẫu"), "Có trộm vào nhà văn hoá")
        (request,) = chat.webhooks()
    with process("serve", "--port", "0", at=folder) as started:
        assert started.stderr is not None
        hook = started.stderr.readline().strip()
        assert hook.endswith("/hook/oa")
        assert started.stderr.readline().startswith("listening on http://127.0.0.1:")
        answer = httpx.post(hook, content=request.body, headers=list(request.headers))
        started.send_signal(signal.SIGTERM)
        assert started.wait() == 0

    assert answer.status_code == 200
    with opened(folder) as (app, _):
        assert app.worker.step().received == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals end a process there")
def test_figures_are_given_when_asked_for(folder: Path) -> None:
    """With --metrics, Prometheus on this machine reads them; the worker beside the door is ready."""
    with process("serve", "--port", "0", "--work", "--metrics", at=folder) as started:
        assert started.stderr is not None
        started.stderr.readline()
        url = started.stderr.readline().removeprefix("listening on ").partition(";")[0]
        figures = httpx.get(f"{url}/metrics")
        ready = httpx.get(f"{url}/readyz")
        started.send_signal(signal.SIGTERM)
        assert started.wait() == 0

    assert "anninh_queue_rows{" in figures.text
    assert ready.json()["checks"]["worker"] == "ok"


@pytest.mark.skipif(sys.platform == "win32", reason="signals end a process there")
def test_the_api_is_answered_when_asked_for(folder: Path) -> None:
    """With --api, at the address that is printed, beside the webhooks; nobody who isn't signed in gets an answer."""
    with process("serve", "--port", "0", "--api", at=folder) as started:
        assert started.stderr is not None
        started.stderr.readline()
        page = started.stderr.readline().strip()
        base = page.removesuffix("docs")
        health = httpx.get(f"{base}health")
        shown = httpx.get(page)
        refused = httpx.post(f"{base}tips.list")
        started.send_signal(signal.SIGTERM)
        assert started.wait() == 0

    assert (health.status_code, shown.status_code, refused.status_code) == (200, 200, 401)


def test_a_network_that_is_none_is_told(run: Run) -> None:
    """The set-up is wrong."""
    done = run("serve", "--port", "0", "--metrics-to", "prometheus")

    assert done.exit_code == 2
    assert "'prometheus' isn't a network (" in done.stderr


def test_a_port_that_cant_be_had_is_told(run: Run) -> None:
    """The set-up is wrong."""
    done = run("serve", "--host", "192.0.2.1", "--port", "1")

    assert done.exit_code == 2
    assert "192.0.2.1" in done.stderr
