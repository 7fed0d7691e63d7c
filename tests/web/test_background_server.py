"""The door beside a program that does something else."""

from contextlib import suppress

import httpx
import pytest

from anninh_core.kernel.clock import SystemClock
from anninh_core.testing import MockChat, memory_app
from anninh_core.web import open_background_server


def test_events_are_taken_in_until_the_end_of_the_block() -> None:
    """It listens on loopback when the block begins, and not after it; the app stays open."""
    chat = MockChat(SystemClock())
    app = memory_app(chat)
    chat.says(chat.person("Bà Tý"), "chào")
    with app:
        with open_background_server(app) as url:
            for request in chat.webhooks():
                answer = httpx.post(f"{url}/hook/oa", content=request.body, headers=dict(request.headers))
                assert answer.json() == {"status": "stored"}
        app.worker.drain()
        assert chat.conversation(chat.person("Bà Tý"))[-1].author == ""

    assert url.startswith("http://127.0.0.1:")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/livez")


def test_it_is_closed_after_a_failure_too() -> None:
    """Whatever ends the block ends the door."""
    found: list[str] = []
    with memory_app() as app, suppress(ZeroDivisionError), open_background_server(app) as url:
        found.append(url)
        raise ZeroDivisionError

    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{found[0]}/livez")
