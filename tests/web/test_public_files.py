"""The web server answers test calls of a platform's console, shared webhook addresses, and public files."""

from collections.abc import Iterator

import pytest
from tests.support.township import TownshipMessenger
from tests.web.conftest import Call, Event, build_caller

from anninh_core.app import App
from anninh_core.ports.storages.queues import InboxState
from anninh_core.testing import MockChat, memory_app
from anninh_core.testing.clock import FixedClock
from anninh_core.web import create_asgi

PAGE = b"<meta name='proof' content='1'>"
Towns = tuple[App, Call]


@pytest.fixture
def towns(chat: MockChat, clock: FixedClock) -> Iterator[Towns]:
    """An app with two townships that share a webhook address and show a public file, and a function that calls its web
    server.
    """
    files = {"proof_1.html": PAGE, "proof.txt": b"1"}
    messengers = {name: TownshipMessenger(chat, name, files=files) for name in ("north", "south")}
    with memory_app(chat, clock=clock, messengers=messengers) as app:
        yield app, build_caller(create_asgi(app, metrics=True))


def test_a_probe_gets_200(towns: Towns) -> None:
    """The test call of a platform's console gets 200 with the platform's name, and is counted like any webhook."""
    app, call = towns
    response = call("POST", "/hook/north", content=b"{}")

    assert (response.status_code, response.json()) == (200, {"status": "probe"})
    assert app.internals.context.storage.queues.depth() == {}
    assert 'anninh_door_seconds_count{messenger="north",status="200"} 1.0' in call("GET", "/metrics").text


def test_unsigned_event_gets_401(towns: Towns, event_function: Event) -> None:
    """An unsigned body with an event is refused."""
    assert towns[1]("POST", "/hook/north", content=event_function("alo").body).status_code == 401


def test_shared_address_stores_for_the_right_instance(towns: Towns, event_function: Event) -> None:
    """An event that arrives at a shared address for another instance of the same platform application is stored for
    that instance.
    """
    app, call = towns
    request = event_function("south: alo")

    assert call("POST", "/hook/north", content=request.body, headers=request.headers).json() == {"status": "stored"}
    assert [row.source for row in app.internals.context.storage.queues.inbox((InboxState.NEW,))] == ["south"]


@pytest.mark.parametrize(
    ("name", "kind", "content"), [("proof_1.html", "text/html", PAGE), ("proof.txt", "text/plain", b"1")]
)
def test_public_file_is_served(towns: Towns, name: str, kind: str, content: bytes) -> None:
    """A public file is readable without authentication; HEAD returns its type and length."""
    response, head = (towns[1](method, f"/{name}") for method in ("GET", "HEAD"))

    assert (response.status_code, response.content) == (200, content)
    assert response.headers["content-type"].split(";")[0] == kind
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(content)))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        *(("GET", "/proof_2.html", 404), ("GET", "/", 404), ("GET", "/proof_1.html/", 404)),
        *(("GET", "/x/proof_1.html", 404), ("GET", "/%2e%2e/proof_1.html", 404), ("POST", "/proof_1.html", 405)),
    ],
)
def test_nothing_else_is_served(towns: Towns, method: str, path: str, status: int) -> None:
    """Other files, folders and writing methods get 404 or 405 at the address of public files."""
    response = towns[1](method, path)

    assert response.status_code == status
    assert list(response.json()) == ["error"]


def test_file_without_messenger_gets_404(call: Call) -> None:
    """If no messenger shows a public file, its address gets 404."""
    assert call("GET", "/proof_1.html").status_code == 404
