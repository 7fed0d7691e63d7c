"""A webhook server that runs in the background of another program."""

from contextlib import suppress

import httpx
import pytest

from anninh_core.kernel.clock import SystemClock
from anninh_core.testing import MockChat, memory_app
from anninh_core.web import open_background_server


def test_background_server_listens_inside_its_block() -> None:
    """The background server listens on loopback inside its `with` block only, and leaves the app open afterwards."""
    chat = MockChat(SystemClock())
    app = memory_app(chat)
    chat.says(chat.person("Bà Tý"), "chào")
    with app:
        with open_background_server(app) as url:
            for request in chat.webhooks():
                response = httpx.post(f"{url}/hook/oa", content=request.body, headers=dict(request.headers))
                assert response.json() == {"status": "stored"}
        app.worker.drain()
        assert chat.conversation(chat.person("Bà Tý"))[-1].author == ""

    assert url.startswith("http://127.0.0.1:")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/livez")


def test_background_server_stops_after_an_exception() -> None:
    """An exception in the `with` block stops the background server too."""
    urls: list[str] = []
    with memory_app() as app, suppress(ZeroDivisionError), open_background_server(app) as url:
        urls.append(url)
        raise ZeroDivisionError

    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{urls[0]}/livez")
