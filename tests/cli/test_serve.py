"""`anninh serve`."""

import signal
import sys
from pathlib import Path

import httpx
import pytest
from tests.cli.conftest import Run, get_mock_messenger, open_folder, start_process

pytestmark = pytest.mark.slow  # These tests are slow, because they start real servers as processes.


@pytest.mark.skipif(sys.platform == "win32", reason="signals end a process there")
def test_server_runs_until_a_signal(folder: Path) -> None:
    """A signed webhook is accepted, and after SIGTERM the process ends with exit code 0."""
    with open_folder(folder) as (app, _):
        chat = get_mock_messenger(app).chat
        chat.says(chat.person("Bà Mẫu"), "Có trộm vào nhà văn hoá")
        (request,) = chat.webhooks()
    with start_process("serve", "--port", "0", at=folder) as started:
        assert started.stderr is not None
        hook = started.stderr.readline().strip()
        assert hook.endswith("/hook/oa")
        assert started.stderr.readline().startswith("listening on http://127.0.0.1:")
        response = httpx.post(hook, content=request.body, headers=list(request.headers))
        started.send_signal(signal.SIGTERM)
        assert started.wait() == 0

    assert response.status_code == 200
    with open_folder(folder) as (app, _):
        assert app.worker.step().received == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals end a process there")
def test_metrics_are_served_on_request(folder: Path) -> None:
    """With `--metrics` the machine itself can read Prometheus metrics, and with `--work` the readiness covers the
    worker.
    """
    with start_process("serve", "--port", "0", "--work", "--metrics", at=folder) as started:
        assert started.stderr is not None
        started.stderr.readline()
        url = started.stderr.readline().removeprefix("listening on ").partition(";")[0]
        metrics = httpx.get(f"{url}/metrics")
        ready = httpx.get(f"{url}/readyz")
        started.send_signal(signal.SIGTERM)
        assert started.wait() == 0

    assert "anninh_queue_rows{" in metrics.text
    assert ready.json()["checks"]["worker"] == "ok"


@pytest.mark.skipif(sys.platform == "win32", reason="signals end a process there")
def test_api_is_served_on_request(folder: Path) -> None:
    """With `--api` the API is served at the printed address, and refuses requests without a token."""
    with start_process("serve", "--port", "0", "--api", at=folder) as started:
        assert started.stderr is not None
        started.stderr.readline()
        page = started.stderr.readline().strip()
        base = page.removesuffix("docs")
        health = httpx.get(f"{base}health")
        docs = httpx.get(page)
        refused = httpx.post(f"{base}tips.list")
        started.send_signal(signal.SIGTERM)
        assert started.wait() == 0

    assert (health.status_code, docs.status_code, refused.status_code) == (200, 200, 401)


def test_invalid_metrics_network_is_refused(run: Run) -> None:
    """An invalid network for `--metrics-to` is a setup error."""
    result = run("serve", "--port", "0", "--metrics-to", "prometheus")

    assert result.exit_code == 2
    assert "'prometheus' isn't a network (" in result.stderr


def test_unavailable_address_is_reported(run: Run) -> None:
    """An unavailable address is a setup error."""
    result = run("serve", "--host", "192.0.2.1", "--port", "1")

    assert result.exit_code == 2
    assert "192.0.2.1" in result.stderr
