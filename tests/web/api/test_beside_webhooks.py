"""Webhooks don't wait for the API, however busy it is."""

import threading

import anyio
import anyio.lowlevel
import httpx
import pytest
from tests.support.sign_in import PASSWORD, enrol
from tests.web.conftest import FaultyStorage

from anninh_core.app import App
from anninh_core.domain.accounts.credentials.passwords import PasswordHasher
from anninh_core.operations import OperationGateway
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.testing.mock.service import MockChat
from anninh_core.web import create_asgi

CALLS = 100


def test_webhook_is_stored_while_calls_hang(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A webhook's event is stored even while all threads for calls and sign-ins are occupied and others wait."""
    release = threading.Event()
    chat = MockChat(clock)
    storage = FaultyStorage()
    chat.says(chat.person("Bà Mẫu"), "Có trộm vào nhà văn hoá")
    (event,) = chat.webhooks()
    with memory_app(chat, clock=clock, storage=storage) as app:
        officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")
        token = enrol(app, officer.id, "lan").sign_in().token
        monkeypatch.setattr(OperationGateway, "call", lambda *_: release.wait())
        monkeypatch.setattr(PasswordHasher, "verify", lambda *_: release.wait())

        taken, statuses = anyio.run(send_event_in_crowd, app, token, event.body, event.headers, release)

    assert taken == {"status": "stored"}
    assert storage.inbox_size() == 1
    assert statuses.count(503) >= CALLS - 4 - 64
    assert 200 in statuses


async def send_event_in_crowd(
    app: App, token: str, body: bytes, signed: tuple[tuple[str, str], ...], release: threading.Event
) -> tuple[object, list[int]]:
    """Let many clients call the API and sign in, then send an event; return the response to the event and the statuses
    of the calls.
    """
    transport = httpx.ASGITransport(create_asgi(app, api=True), client=("203.0.113.5", 1))
    statuses: list[int] = []
    async with httpx.AsyncClient(transport=transport, base_url="http://door", timeout=60) as client:

        async def call_operation() -> None:
            headers = {"Authorization": f"Bearer {token}"}
            statuses.append((await client.post("/api/v1/tips.overdue", headers=headers)).status_code)

        async def send_sign_in() -> None:
            await client.post("/api/v1/sign-in", json={"name": "lan", "password": PASSWORD})

        async with anyio.create_task_group() as group:
            for _ in range(CALLS):
                group.start_soon(call_operation)
            for _ in range(10):
                group.start_soon(send_sign_in)
            while len(statuses) < CALLS - 4 - 64:  # Calls without a free thread or waiting place are refused at once.
                await anyio.lowlevel.checkpoint()
            taken = (await client.post("/hook/oa", content=body, headers=list(signed))).json()
            release.set()
    return taken, statuses
