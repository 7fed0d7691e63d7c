"""Fixtures with an in-memory app, its officers, and a function that calls its API without a server."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from anninh_core.app import App, Settings
from anninh_core.app.settings import ApiSettings, DoorSettings
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import NotSignedIn
from anninh_core.ports.authenticator import SignIn, SignInMethod
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor, person
from anninh_core.web.api.build import build_api
from anninh_core.web.api.calls import Authenticate
from anninh_core.web.api.request import ApiRequest

NOW = datetime(2021, 9, 1, 8, 0, tzinfo=VIETNAM)

Call = Callable[..., httpx.Response]
"""Type of a function that calls the API with a path below `/api/v1/`, an actor or None, a JSON object, and further
arguments for httpx.
"""


@pytest.fixture
def clock() -> FixedClock:
    """A clock that shows Wednesday, 1 September 2021, 8:00 in Vietnam."""
    return FixedClock(NOW)


@pytest.fixture
def limits() -> ApiSettings:
    """The limits of the API of `app`."""
    return ApiSettings()


@pytest.fixture
def app(clock: FixedClock, limits: ApiSettings) -> Iterator[App]:
    """An app with one messenger, `oa`."""
    with memory_app(clock=clock, settings=Settings(door=DoorSettings(api=limits, body_seconds=0.2))) as app:
        yield app


@pytest.fixture
def officer(app: App) -> Actor:
    """An officer who handles tips of Hoa Lư."""
    return UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")


@pytest.fixture
def stranger(app: App) -> Actor:
    """An officer without permissions."""
    return UnsafeLocalUsers(app).appoint("Cán bộ Khác", "hoa-lu")


def authenticate_by_header(request: ApiRequest) -> Actor:
    """Authenticate a request by the officer's id in its header: `Bearer OFFICER`, or `Bearer OFFICER fresh` with a
    second factor.
    """
    officer, _, fresh = request.headers.get("authorization", "").removeprefix("Bearer ").partition(" ")
    if not officer:
        raise NotSignedIn("nobody is named")
    until = datetime.max.replace(tzinfo=UTC) if fresh else None
    return person(officer, SignIn(SignInMethod.PASSWORD, "", until))


def serve(app: App, authenticate: Authenticate = authenticate_by_header) -> Starlette:
    """Return an app's API as an ASGI application that authenticates by `authenticate`."""
    return Starlette(routes=[Route("/api/v1/{rest:path}", build_api(app, authenticate).endpoint)])


@pytest.fixture
def call(app: App) -> Call:
    return build_api_caller(serve(app))


def build_api_caller(asgi: Starlette, host: str = "203.0.113.5") -> Call:
    """Return a function that calls the API as a client with the address `host`."""

    def call_api(
        path: str,
        actor: Actor | None = None,
        arguments: object = None,
        *,
        method: str = "POST",
        fresh: bool = False,
        headers: dict[str, str] | None = None,
        **rest: Any,
    ) -> httpx.Response:
        authorization = {"Authorization": f"Bearer {actor.id}{' fresh' if fresh else ''}"} if actor else {}
        body: dict[str, Any] = {"json": arguments} if arguments is not None else {}

        async def send_request() -> httpx.Response:
            transport = httpx.ASGITransport(asgi, client=(host, 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
                return await client.request(
                    method, f"/api/v1/{path}", headers={**authorization, **(headers or {})}, **body, **rest
                )

        return anyio.run(send_request)

    return call_api
