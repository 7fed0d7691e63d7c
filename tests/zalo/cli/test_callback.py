"""The login listens on this machine for the callback of the consent page."""

import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest

from anninh_core.kernel.errors import BadInput, ConfigurationError
from anninh_zalo.cli.callback import is_loopback, listen_for_callback


@pytest.fixture
def callback_address() -> str:
    """A callback address on this machine with a free port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    return f"http://127.0.0.1:{port}/zalo/callback"


@pytest.mark.parametrize(
    ("uri", "here"),
    [
        ("http://127.0.0.1:8000/cb", True),
        ("http://localhost/cb", True),
        ("http://[::1]:8000/cb", True),
        ("https://127.0.0.1/cb", False),
        ("http://127.0.0.1.example.vn/cb", False),
        ("https://anninh.example.vn/cb", False),
        ("", False),
    ],
)
def test_only_plain_loopback_is_listened_on(uri: str, here: bool) -> None:
    """The login listens only on a plain HTTP address on loopback, because TLS would need a certificate."""
    assert is_loopback(uri) is here


def test_first_callback_counts(callback_address: str) -> None:
    """The first request to the callback's path counts; other paths and a second callback get 404."""
    with listen_for_callback(callback_address) as listener:
        icon = httpx.get(callback_address.replace("/zalo/callback", "/favicon.ico"))
        first, second = (httpx.get(f"{callback_address}?code={code}&state=s") for code in ("a", "b"))

        assert [icon.status_code, first.status_code, second.status_code] == [404, 200, 404]
        assert "command line" in first.text
        assert listener.wait_for_callback() == "/zalo/callback?code=a&state=s"


def test_only_one_of_concurrent_callbacks_counts(callback_address: str) -> None:
    """Of five concurrent callbacks exactly one gets the page, and the command reads the code of that callback."""
    with listen_for_callback(callback_address) as listener, ThreadPoolExecutor(5) as browsers:
        answers = list(browsers.map(httpx.get, [f"{callback_address}?code={number}" for number in range(5)]))

        first = [str(answer.url) for answer in answers if answer.status_code == 200]
        assert first == [callback_address.replace("/zalo/callback", listener.wait_for_callback())]


def test_idle_connection_blocks_no_callback(callback_address: str) -> None:
    """An idle connection, as browsers open in advance, doesn't block the callback."""
    port = urlsplit(callback_address).port
    with listen_for_callback(callback_address) as listener, socket.create_connection(("127.0.0.1", port)):
        httpx.get(f"{callback_address}?code=a")
        assert listener.wait_for_callback() == "/zalo/callback?code=a"


def test_unused_callback_port_is_freed(callback_address: str) -> None:
    """The login gives up after its timeout and frees the port."""
    for _ in range(2):
        with (
            listen_for_callback(callback_address) as listener,
            pytest.raises(BadInput, match="The browser didn't come back from the consent page within"),
        ):
            listener.wait_for_callback(timedelta())


def test_occupied_port_is_refused(callback_address: str) -> None:
    """If the callback port is occupied, the login reports that before it prints the consent page."""
    with (
        listen_for_callback(callback_address),
        pytest.raises(
            ConfigurationError,
            match=r"The login can't listen on the address in the option `redirect_uri` .* or use `--paste`",
        ),
        listen_for_callback(callback_address),
    ):
        pass


@pytest.mark.parametrize("uri", ["http://127.0.0.1:99999/", "http://127.0.0.1:port/", "https://127.0.0.1/"])
def test_unusable_redirect_uri_is_refused(uri: str) -> None:
    """A callback address on which the login can't listen is refused with the name of the option."""
    with pytest.raises(ConfigurationError, match="redirect_uri"), listen_for_callback(uri):
        pass
