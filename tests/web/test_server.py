import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from tests.web.conftest import Event, Running

from anninh_core.app import App
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.ports.storages.queues import InboxState
from anninh_core.testing.mock.service import MockChat
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_core.web import WebServer

PROGRAM = """
import sys
from pathlib import Path
from anninh_core.app import Settings, open_app
from anninh_core.profile import load_profile
from anninh_core.web import serve
with open_app(load_profile("hoa_lu_2021"), Settings().resolve_paths(Path(sys.argv[1]))) as app:
    serve(app, port=0, work=True, ready=lambda url: print(url, flush=True))
print("closed")
"""
WITHOUT = """
import sys
sys.modules[{module!r}] = None
from anninh_core.kernel.errors import MissingExtra
try:
    from anninh_core.web import {name}
except MissingExtra as error:
    print(error)
"""


def post_event(url: str, event: WebhookRequest) -> httpx.Response:
    return httpx.post(f"{url}/hook/oa", content=event.body, headers=event.headers, timeout=60)


def build_events(chat: MockChat, count: int) -> list[WebhookRequest]:
    people = [chat.person(f"Người Mẫu {number}") for number in range(count)]
    for number, person in enumerate(people):
        chat.says(person, f"Tin số {number}")
    return list(chat.webhooks())


def test_concurrent_events_are_stored_once(durable_app: App, chat: MockChat, running: Running) -> None:
    """64 concurrent events, each delivered twice, are all acknowledged and stored once on the disk."""
    requests = build_events(chat, 64)
    with running(durable_app) as server, ThreadPoolExecutor(64) as pool:
        responses = list(pool.map(post_event, [server.url] * 128, requests * 2))

    assert {response.status_code for response in responses} == {200}
    assert sorted(response.json()["status"] for response in responses) == ["seen before"] * 64 + ["stored"] * 64
    assert len(durable_app.internals.context.storage.queues.inbox((InboxState.NEW,), limit=1000)) == 64


def test_server_with_worker_answers_events(
    durable_app: App, event_function: Event, message_sent: threading.Event, running: Running
) -> None:
    """A server with a background worker answers events without another process."""
    with running(durable_app, work=True) as server:
        assert post_event(server.url, event_function("Cháy nhà ở xóm 3, đến ngay")).status_code == 200
        assert message_sent.wait(30)


def test_large_body_gets_413(durable_app: App, event_function: Event, running: Running) -> None:
    """A body of a megabyte gets 413, with a length or without, and the next event is accepted."""
    small = event_function("Tin")
    large = WebhookRequest(b"x" * 1_048_576, small.headers)
    with running(durable_app) as server:
        announced = post_event(server.url, large)
        unannounced = httpx.post(f"{server.url}/hook/oa", content=(b"x" * 65_536 for _ in range(16)))

        assert (announced.status_code, unannounced.status_code) == (413, 413)
        assert post_event(server.url, small).json() == {"status": "stored"}


def test_slow_body_blocks_no_other(durable_app: App, event_function: Event, running: Running) -> None:
    """While one body arrives slowly, other events are accepted; the slow one is accepted when it is complete."""
    slow = event_function("Tin chậm")
    quick = event_function("Tin nhanh")
    half = len(slow.body) // 2
    with running(durable_app) as server:
        port = urlsplit(server.url).port
        with socket.create_connection(("127.0.0.1", port)) as line, line.makefile("rb") as answer:
            headers = "".join(f"{name}: {value}\r\n" for name, value in slow.headers)
            head = f"POST /hook/oa HTTP/1.1\r\nHost: x\r\nContent-Length: {len(slow.body)}\r\n{headers}\r\n"
            line.sendall(head.encode() + slow.body[:half])
            between = post_event(server.url, quick)
            line.sendall(slow.body[half:])

            assert between.json() == {"status": "stored"}
            assert answer.readline() == b"HTTP/1.1 200 OK\r\n"


@pytest.mark.slow
def test_signal_stops_serve_without_error(tmp_path: Path) -> None:
    """The signals SIGTERM and SIGINT end `serve` without an error, so that the program closes its app."""
    for number in (signal.SIGTERM, signal.SIGINT):
        with subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as program:
            assert program.stdout is not None
            url = program.stdout.readline().strip()
            assert httpx.get(f"{url}/readyz").json()["checks"]["worker"] == "ok"
            program.send_signal(number)
            out, err = program.communicate(timeout=60)

        assert (program.returncode, out, err) == (0, "closed\n", "")


def test_unavailable_port_names_a_remedy(app: App, running: Running) -> None:
    """The error about a port that is in use names the address and a remedy, and so does the error about an invalid
    address.
    """
    with (
        running(app) as server,
        pytest.raises(ConfigurationError, match=r"'127\.0\.0\.1', port \d+ .*: choose another host or port"),
    ):
        WebServer(app, port=urlsplit(server.url).port or 0)
    with pytest.raises(ConfigurationError, match="70000"):
        WebServer(app, port=70_000)
    with pytest.raises(ConfigurationError, match=r"nowhere\.invalid"):
        WebServer(app, "nowhere.invalid")


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("starlette", "create_asgi"),
        ("starlette.applications", "serve"),
        ("uvicorn", "serve"),
        ("httptools", "serve"),
    ],
)
def test_missing_library_names_the_extra(module: str, name: str) -> None:
    """Without the web server's libraries the error names the package to install."""
    program = WITHOUT.format(module=module, name=name)
    out = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout

    assert "pip install 'anninh[web]'" in out
