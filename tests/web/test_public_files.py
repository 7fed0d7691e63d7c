"""Probes, shared addresses and files over HTTP."""

from collections.abc import Iterator

import pytest
from tests.support.township import Township
from tests.web.conftest import Call, Event, caller

from anninh_core.app import App
from anninh_core.ports.storages.queues import InboxState
from anninh_core.testing import MockChat, memory_app
from anninh_core.testing.clock import FixedClock
from anninh_core.web import create_asgi

PAGE = b"<meta name='proof' content='1'>"
Towns = tuple[App, Call]


@pytest.fixture
def towns(chat: MockChat, clock: FixedClock) -> Iterator[Towns]:
    """Two townships that share an address and show a file, and what calls their door."""
    files = {"proof_1.html": PAGE, "proof.txt": b"1"}
    messengers = {name: Township(chat, name, files=files) for name in ("north", "south")}
    with memory_app(chat, clock=clock, messengers=messengers) as app:
        yield app, caller(create_asgi(app, metrics=True))


def test_a_probe_gets_200(towns: Towns) -> None:
    """A console's try is answered by its name and counted as any webhook."""
    app, call = towns
    answer = call("POST", "/hook/north", content=b"{}")

    assert (answer.status_code, answer.json()) == (200, {"status": "probe"})
    assert app.internals.context.storage.queues.depth() == {}
    assert 'anninh_door_seconds_count{messenger="north",status="200"} 1.0' in call("GET", "/metrics").text


def test_an_unsigned_event_is_no_probe(towns: Towns, event: Event) -> None:
    """An unsigned body that says something is still refused."""
    assert towns[1]("POST", "/hook/north", content=event("alo").body).status_code == 401


def test_one_address_for_two(towns: Towns, event: Event) -> None:
    """An event of another instance of the same application is stored for that one."""
    app, call = towns
    said = event("south: alo")

    assert call("POST", "/hook/north", content=said.body, headers=said.headers).json() == {"status": "stored"}
    assert [row.source for row in app.internals.context.storage.queues.inbox((InboxState.NEW,))] == ["south"]


@pytest.mark.parametrize(
    ("name", "kind", "content"), [("proof_1.html", "text/html", PAGE), ("proof.txt", "text/plain", b"1")]
)
def test_a_file_is_shown(towns: Towns, name: str, kind: str, content: bytes) -> None:
    """Anybody may read it; HEAD tells its type and length."""
    shown, head = (towns[1](method, f"/{name}") for method in ("GET", "HEAD"))

    assert (shown.status_code, shown.content) == (200, content)
    assert shown.headers["content-type"].split(";")[0] == kind
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(content)))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        *(("GET", "/proof_2.html", 404), ("GET", "/", 404), ("GET", "/proof_1.html/", 404)),
        *(("GET", "/x/proof_1.html", 404), ("GET", "/%2e%2e/proof_1.html", 404), ("POST", "/proof_1.html", 405)),
    ],
)
def test_nothing_else_is_shown(towns: Towns, method: str, path: str, status: int) -> None:
    """There is no list of files, no folder, and no way to write."""
    answer = towns[1](method, path)

    assert answer.status_code == status
    assert list(answer.json()) == ["error"]


def test_a_door_without_files(call: Call) -> None:
    """Where no messenger shows one, the address is as unknown as any."""
    assert call("GET", "/proof_1.html").status_code == 404
