"""Over the API a program sends its user to the authority's sign-in service, and exchanges the parameters that the
service returned for a session.
"""

import logging
from collections.abc import Iterator

import pytest
from tests.support.identity_provider import CLIENT, REDIRECT, SECRET, PretendProvider, open_provider
from tests.support.sign_in import AccountHolder, enrol
from tests.web.api.conftest import Call, build_api_caller

from anninh_core.app import App, Settings
from anninh_core.app.settings import SignInSettings
from anninh_core.app.sign_in.settings import OidcSettings
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor
from anninh_core.web import create_asgi


@pytest.fixture
def provider(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendProvider]:
    """A simulated sign-in service, with the officer `lan` at the browser."""
    monkeypatch.setenv("OFFICE_SECRET", SECRET)
    with open_provider(clock.now) as provider:
        yield provider


@pytest.fixture
def app(clock: FixedClock, provider: PretendProvider) -> Iterator[App]:
    """An app whose users sign in by the simulated service."""
    oidc = OidcSettings(
        issuer=provider.issuer, client_id=CLIENT, client_secret="env:OFFICE_SECRET", redirect_uri=REDIRECT
    )
    with memory_app(clock=clock, settings=Settings(sign_in=SignInSettings(oidc=oidc))) as app:
        yield app


@pytest.fixture
def call(app: App) -> Call:
    """A function that calls the API of `app`, which authenticates callers by their accounts."""
    return build_api_caller(create_asgi(app, api=True))


@pytest.fixture
def lan(app: App) -> AccountHolder:
    """An officer with an account."""
    return enrol(app, UnsafeLocalUsers(app).appoint("Cán bộ Lan", "hoa-lu", "tip_officer").id, "lan")


def test_program_signs_its_user_in(call: Call, provider: PretendProvider, lan: AccountHolder) -> None:
    """A program gets a session for its ticket and the parameters that the service returned."""
    start = call("sign-in/provider", arguments={})
    returned = provider.browse(start.json()["url"])
    session = call("sign-in/provider/callback", arguments={**returned, "ticket": start.json()["ticket"]})

    assert (start.status_code, session.status_code) == (200, 200)
    assert start.headers["Cache-Control"] == session.headers["Cache-Control"] == "no-store"
    headers = {"Authorization": f"Bearer {session.json()['token']}"}
    assert call("accounts.account", headers=headers).json()["officer"] == lan.id


def test_provider_failures_look_the_same(call: Call, provider: PretendProvider, lan: AccountHolder) -> None:
    """A replayed state, a guessed code, a wrong nonce and a user without an account get the same response, byte for
    byte.
    """
    responses = []
    start = call("sign-in/provider", arguments={}).json()
    callback = {**provider.browse(start["url"]), "ticket": start["ticket"]}
    assert call("sign-in/provider/callback", arguments=callback).status_code == 200
    responses.append(call("sign-in/provider/callback", arguments=callback))
    for changed, user in (({"nonce": "x"}, "lan"), ({}, "nobody")):
        provider.changed = changed
        provider.user["preferred_username"] = user
        start = call("sign-in/provider", arguments={}).json()
        callback = {**provider.browse(start["url"]), "ticket": start["ticket"]}
        responses.append(call("sign-in/provider/callback", arguments=callback))
    responses.append(call("sign-in/provider/callback", arguments={**callback, "code": "guessed"}))

    assert {response.status_code for response in responses} == {401}
    assert len({response.content for response in responses}) == 1


def test_a_service_that_is_down_is_a_503(
    call: Call, provider: PretendProvider, lan: AccountHolder, caplog: pytest.LogCaptureFixture
) -> None:
    """A failure of the sign-in service gives a 503, and neither the response nor the log contains the code, the ticket
    or the service's message.
    """
    start = call("sign-in/provider", arguments={}).json()
    returned = provider.browse(start["url"])
    provider.answer["/token"] = (500, {}, b"a secret of the service")
    with caplog.at_level(logging.DEBUG):
        response = call("sign-in/provider/callback", arguments={**returned, "ticket": start["ticket"]})

    assert (response.status_code, response.json()["code"]) == (503, "service_unavailable")
    assert int(response.headers["Retry-After"]) >= 1
    output = response.text + caplog.text
    assert not [secret for secret in (returned["code"], start["ticket"], "a secret of") if secret in output]


def test_a_page_of_another_site_can_not_begin_or_end(call: Call, lan: AccountHolder) -> None:
    """Another site's page can't begin or end a sign-in: requests must be JSON, which a browser doesn't send to another
    site without asking, and never GET.
    """
    plain = {"Content-Type": "text/plain"}
    for path in ("sign-in/provider", "sign-in/provider/callback"):
        assert call(path, content=b"{}", headers=plain).status_code == 415
        assert call(f"{path}?code=a&state=b", method="GET").status_code == 405


def test_sign_in_service_without_settings_gets_404(clock: FixedClock, officer: Actor) -> None:
    """Without settings for a sign-in service its API address gives the usual 404."""
    with memory_app(clock=clock) as plain:
        call = build_api_caller(create_asgi(plain, api=True))
        assert call("sign-in/provider", arguments={}).status_code == 404
