"""Fixtures with an app, the mock messenger, a storage that fails on demand, and a function that calls the web
application without a server.
"""

import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from starlette.applications import Starlette

from anninh_core.app import App, Parts, Settings, open_app
from anninh_core.app.settings import DoorSettings
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import StorageBusy, StorageFull
from anninh_core.ports.storages.changes import ChangeSet, Outcome
from anninh_core.ports.storages.queues import InboxState
from anninh_core.profile import load_profile
from anninh_core.testing.clock import FixedClock, SeededIds
from anninh_core.testing.memory import MemoryBlobs, MemoryKeys, MemoryStorage
from anninh_core.testing.mock.adapter import MockMessenger
from anninh_core.testing.mock.service import MockChat
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_core.web import WebServer, create_asgi

Call = Callable[..., httpx.Response]
"""Type of a function that calls the web application with a method, a path and further arguments of httpx, without a
server.
"""
Event = Callable[[str], WebhookRequest]
"""Type of a function that lets a person write a text, and returns the signed webhook event."""
Running = Callable[..., AbstractContextManager[WebServer]]
"""Type of a context manager that serves an app on a free port."""

SECRET_WORDS = "SQL disk /var/lib/secret"


class FaultyStorage(MemoryStorage):
    """A memory storage that fails on demand."""

    def __init__(self) -> None:
        super().__init__()
        self.broken = self.full = False
        self.tries = 0
        self._whole = self.journal

    def start_failing(self) -> None:
        self.broken = True
        self.journal = FailingJournal()  # type: ignore[assignment]

    def recover(self) -> None:
        self.broken = False
        self.journal = self._whole

    def commit(self, change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        if self.broken:
            raise StorageBusy(SECRET_WORDS)
        return super().commit(change_sets)

    def try_write(self) -> None:
        self.tries += 1
        if self.broken:
            raise StorageBusy(SECRET_WORDS)
        if self.full:
            raise StorageFull(SECRET_WORDS)

    def inbox_size(self) -> int:
        return len(
            self.queues.inbox((InboxState.NEW, InboxState.CLAIMED, InboxState.DONE, InboxState.FAILED), limit=10_000)
        )


class FailingJournal:
    def head(self) -> tuple[int, str]:
        raise StorageBusy(SECRET_WORDS)


@pytest.fixture(scope="session")
def district() -> District:
    """The profile of Hoa Lư as of August 2021."""
    return load_profile("hoa_lu_2021")


@pytest.fixture
def clock() -> FixedClock:
    """A clock that shows Wednesday, 1 September 2021, 8:00 in Vietnam."""
    return FixedClock(datetime(2021, 9, 1, 8, 0, tzinfo=VIETNAM))


@pytest.fixture
def chat(clock: FixedClock) -> MockChat:
    """The mock chat service that sends the webhook events."""
    return MockChat(clock)


@pytest.fixture
def storage() -> FaultyStorage:
    return FaultyStorage()


@pytest.fixture
def door() -> DoorSettings:
    """Settings of the web server of `app`."""
    return DoorSettings()


@pytest.fixture
def app(
    district: District, clock: FixedClock, chat: MockChat, storage: FaultyStorage, door: DoorSettings
) -> Iterator[App]:
    """An app with one messenger, `oa`."""
    parts = Parts(
        storage=storage,
        keys=MemoryKeys(),
        blobs=MemoryBlobs(),
        clock=clock,
        ids=SeededIds(clock),
        messengers={"oa": MockMessenger.on(chat)},
    )
    with open_app(district, Settings(door=door), parts) as app:
        yield app


@pytest.fixture
def durable_app(district: District, clock: FixedClock, chat: MockChat, tmp_path: Path) -> Iterator[App]:
    """An app with the messenger `oa` whose data is on the disk."""
    parts = Parts(clock=clock, ids=SeededIds(clock), messengers={"oa": MockMessenger.on(chat)})
    with open_app(district, Settings().resolve_paths(tmp_path), parts) as app:
        yield app


@pytest.fixture
def event_function(chat: MockChat) -> Event:
    def write_and_sign(text: str) -> WebhookRequest:
        chat.says(chat.person("Người Mẫu"), text)
        return list(chat.webhooks())[-1]

    return write_and_sign


@pytest.fixture
def message_sent(chat: MockChat, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """A threading event that is set once the official account has sent a message."""
    was_sent = threading.Event()
    send = chat.account.send

    def send_and_record(*args: object, **kwargs: object) -> object:
        try:
            return send(*args, **kwargs)  # type: ignore[arg-type]
        finally:
            was_sent.set()

    monkeypatch.setattr(chat.account, "send", send_and_record)
    return was_sent


@pytest.fixture
def call(app: App) -> Call:
    """A function that calls the web application of `app`."""
    return build_caller(create_asgi(app))


def build_caller(asgi: Starlette, host: str = "127.0.0.1") -> Call:
    """Return a function that calls a web application as a client with the address `host`."""

    def call_application(method: str, path: str, **rest: Any) -> httpx.Response:
        async def send_request() -> httpx.Response:
            transport = httpx.ASGITransport(asgi, raise_app_exceptions=True, client=(host, 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
                return await client.request(method, path, **rest)

        return anyio.run(send_request)

    return call_application


async def iter_pieces(parts: Iterable[bytes], taken: list[bytes]) -> AsyncIterator[bytes]:
    """Yield the parts of a body, and append each part that is read to `taken`."""
    for part in parts:
        taken.append(part)
        yield part


@pytest.fixture
def running() -> Running:
    @contextmanager
    def run_server(app: App, *, work: bool = False) -> Iterator[WebServer]:
        server = WebServer(app, port=0, work=work)
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield server
        finally:
            server.stop()
            thread.join()

    return run_server
