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


def post(url: str, event: WebhookRequest) -> httpx.Response:
    return httpx.post(f"{url}/hook/oa", content=event.body, headers=event.headers, timeout=60)


def events(chat: MockChat, count: int) -> list[WebhookRequest]:
    people = [chat.person(f"Người Mẫu {number}") for number in range(count)]
    for number, person in enumerate(people):
        chat.says(person, f"Tin số {number}")
    return list(chat.webhooks())


def test_many_at_once(durable_app: App, chat: MockChat, running: Running) -> None:
    """64 events at the same time, each of them twice: every one is acknowledged, and stored once, on the disk."""
    each = events(chat, 64)
    with running(durable_app) as server, ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(post, [server.url] * 128, each * 2))

    assert {answer.status_code for answer in answers} == {200}
    assert sorted(answer.json()["status"] for answer in answers) == ["seen before"] * 64 + ["stored"] * 64
    assert len(durable_app.internals.context.storage.queues.inbox((InboxState.NEW,), limit=1000)) == 64


def test_events_become_answers(durable_app: App, event: Event, sent: threading.Event, running: Running) -> None:
    """With the worker beside the door, whoever writes hears something without anybody else doing anything."""
    with running(durable_app, work=True) as server:
        assert post(server.url, event("Cháy nhà ở xóm 3, đến ngay")).status_code == 200
        assert sent.wait(30)


def test_a_large_body(durable_app: App, event: Event, running: Running) -> None:
    """A message of a megabyte is refused over the wire as well, announced or not, and the next one is taken."""
    said = event("Tin")
    large = WebhookRequest(b"x" * 1_048_576, said.headers)
    with running(durable_app) as server:
        announced = post(server.url, large)
        unannounced = httpx.post(f"{server.url}/hook/oa", content=(b"x" * 65_536 for _ in range(16)))

        assert (announced.status_code, unannounced.status_code) == (413, 413)
        assert post(server.url, said).json() == {"status": "stored"}


def test_a_slow_body(durable_app: App, event: Event, running: Running) -> None:
    """While one body trickles in, others are served; then it is taken too."""
    slow = event("Tin chậm")
    quick = event("Tin nhanh")
    half = len(slow.body) // 2
    with running(durable_app) as server:
        port = urlsplit(server.url).port
        with socket.create_connection(("127.0.0.1", port)) as line, line.makefile("rb") as answer:
            headers = "".join(f"{name}: {value}\r\n" for name, value in slow.headers)
            head = f"POST /hook/oa HTTP/1.1\r\nHost: x\r\nContent-Length: {len(slow.body)}\r\n{headers}\r\n"
            line.sendall(head.encode() + slow.body[:half])
            between = post(server.url, quick)
            line.sendall(slow.body[half:])

            assert between.json() == {"status": "stored"}
            assert answer.readline() == b"HTTP/1.1 200 OK\r\n"


@pytest.mark.slow
def test_a_stop_by_signal(tmp_path: Path) -> None:
    """SIGTERM and SIGINT end `serve` without an error, so that the program closes its app."""
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


def test_a_port_that_is_taken(app: App, running: Running) -> None:
    """The error names address and way out; so does one for an address that isn't ours."""
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
def test_a_missing_extra(module: str, name: str) -> None:
    """Without its libraries the door says what to install."""
    program = WITHOUT.format(module=module, name=name)
    out = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout

    assert "pip install 'anninh[web]'" in out
