"""A trusted reverse proxy may name the caller of the API in a header, and no other client may."""

from collections.abc import Iterator

import anyio
import httpx
import pytest
from tests.support.sign_in import AccountHolder, enrol
from tests.web.api.conftest import build_api_caller

from anninh_core.app import App, Settings
from anninh_core.app.settings import SignInSettings
from anninh_core.app.sign_in.settings import ProxySettings
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.web import create_asgi

PROXY = "10.0.0.5"


@pytest.fixture
def app(clock: FixedClock) -> Iterator[App]:
    """An app that trusts a reverse proxy."""
    proxy = ProxySettings(networks=(f"{PROXY}/32",), header="X-Office-User")
    with memory_app(clock=clock, settings=Settings(sign_in=SignInSettings(proxy=proxy))) as app:
        yield app


@pytest.fixture
def lan(app: App) -> AccountHolder:
    """An officer with an account."""
    return enrol(app, UnsafeLocalUsers(app).appoint("Cán bộ Lan", "hoa-lu", "tip_officer").id, "lan")


def test_the_proxy_names_who_calls(app: App, lan: AccountHolder) -> None:
    """The header with the caller's name counts only if it comes from the proxy's address, has one name, and isn't sent
    by another site's page.
    """
    asgi = create_asgi(app, api=True)
    proxy = build_api_caller(asgi, PROXY)
    outside = build_api_caller(asgi, "203.0.113.5")
    named = {"X-Office-User": "lan"}

    assert proxy("tips.overdue", headers=named).status_code == 200
    assert proxy("tips.overdue").status_code == 401
    assert outside("tips.overdue", headers=named).status_code == 401
    assert outside("tips.overdue", headers={**named, "X-Forwarded-For": PROXY}).status_code == 401
    assert proxy("tips.overdue", headers={"X-Office-User": "lan, minh"}).status_code == 401
    assert proxy("tips.overdue", headers={**named, "Sec-Fetch-Site": "cross-site"}).status_code == 401


def test_two_headers_are_refused(app: App, lan: AccountHolder) -> None:
    """A request in which the header with the caller's name appears twice is refused, in any order and
    capitalisation.
    """
    pairs = [("X-Office-User", "lan"), ("x-office-user", "lan")], [("X-OFFICE-USER", ""), ("X-Office-User", "lan")]
    for pair in pairs:
        assert post_with_headers(app, pair[1:]) == 200
        assert post_with_headers(app, pair) == 401


def post_with_headers(app: App, headers: list[tuple[str, str]]) -> int:
    """Call the API with a list of headers, because a dictionary can't contain a header twice; return the status."""

    async def send_request() -> int:
        transport = httpx.ASGITransport(create_asgi(app, api=True), client=(PROXY, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            return (await client.post("/api/v1/tips.overdue", headers=headers)).status_code

    return anyio.run(send_request)
