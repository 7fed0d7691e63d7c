"""Over the API a program sends its person to the authority's service, and gets a session for what comes back."""

import logging
from collections.abc import Iterator

import pytest
from tests.support.identity_provider import CLIENT, REDIRECT, SECRET, PretendProvider, open_provider
from tests.support.sign_in import Holder, enrol
from tests.web.api.conftest import Call, caller

from anninh_core.app import App, Settings
from anninh_core.app.settings import SignInSettings
from anninh_core.app.sign_in.settings import OidcSettings
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor
from anninh_core.web import create_asgi


@pytest.fixture
def provider(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendProvider]:
    """The sign-in service; the officer `lan` sits at the browser."""
    monkeypatch.setenv("OFFICE_SECRET", SECRET)
    with open_provider(clock.now) as provider:
        yield provider


@pytest.fixture
def app(clock: FixedClock, provider: PretendProvider) -> Iterator[App]:
    """An app that sends people there."""
    oidc = OidcSettings(
        issuer=provider.issuer, client_id=CLIENT, client_secret="env:OFFICE_SECRET", redirect_uri=REDIRECT
    )
    with memory_app(clock=clock, settings=Settings(sign_in=SignInSettings(oidc=oidc))) as app:
        yield app


@pytest.fixture
def call(app: App) -> Call:
    """Calls the API of `app`, which asks its accounts who calls."""
    return caller(create_asgi(app, api=True))


@pytest.fixture
def lan(app: App) -> Holder:
    """An officer with an account."""
    return enrol(app, UnsafeLocalUsers(app).appoint("Cán bộ Lan", "hoa-lu", "tip_officer").id, "lan")


def test_a_program_signs_its_person_in(call: Call, provider: PretendProvider, lan: Holder) -> None:
    """It begins, opens the address, and shows its ticket with what came back."""
    began = call("sign-in/provider", arguments={})
    back = provider.browse(began.json()["url"])
    ended = call("sign-in/provider/callback", arguments={**back, "ticket": began.json()["ticket"]})

    assert (began.status_code, ended.status_code) == (200, 200)
    assert began.headers["Cache-Control"] == ended.headers["Cache-Control"] == "no-store"
    headers = {"Authorization": f"Bearer {ended.json()['token']}"}
    assert call("accounts.account", headers=headers).json()["officer"] == lan.id


def test_whatever_is_wrong_is_told_alike(call: Call, provider: PretendProvider, lan: Holder) -> None:
    """A replayed state, another's code, a wrong nonce, a person without an account: the same bytes."""
    answers = []
    began = call("sign-in/provider", arguments={}).json()
    shown = {**provider.browse(began["url"]), "ticket": began["ticket"]}
    assert call("sign-in/provider/callback", arguments=shown).status_code == 200
    answers.append(call("sign-in/provider/callback", arguments=shown))
    for changed, user in (({"nonce": "x"}, "lan"), ({}, "nobody")):
        provider.changed = changed
        provider.user["preferred_username"] = user
        began = call("sign-in/provider", arguments={}).json()
        shown = {**provider.browse(began["url"]), "ticket": began["ticket"]}
        answers.append(call("sign-in/provider/callback", arguments=shown))
    answers.append(call("sign-in/provider/callback", arguments={**shown, "code": "guessed"}))

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1


def test_a_service_that_is_down_is_a_503(
    call: Call, provider: PretendProvider, lan: Holder, caplog: pytest.LogCaptureFixture
) -> None:
    """Told without its words; the log has an incident, and no code."""
    began = call("sign-in/provider", arguments={}).json()
    back = provider.browse(began["url"])
    provider.answer["/token"] = (500, {}, b"a secret of the service")
    with caplog.at_level(logging.DEBUG):
        failed = call("sign-in/provider/callback", arguments={**back, "ticket": began["ticket"]})

    assert (failed.status_code, failed.json()["code"]) == (503, "service_unavailable")
    assert int(failed.headers["Retry-After"]) >= 1
    read = failed.text + caplog.text
    assert not [secret for secret in (back["code"], began["ticket"], "a secret of") if secret in read]


def test_a_page_of_another_site_can_not_begin_or_end(call: Call, lan: Holder) -> None:
    """A browser sends another site no JSON unasked, and nothing is answered to GET."""
    plain = {"Content-Type": "text/plain"}
    for path in ("sign-in/provider", "sign-in/provider/callback"):
        assert call(path, content=b"{}", headers=plain).status_code == 415
        assert call(f"{path}?code=a&state=b", method="GET").status_code == 405


def test_without_settings_it_is_not_there(clock: FixedClock, officer: Actor) -> None:
    """404, in the words for whatever isn't there."""
    with memory_app(clock=clock) as plain:
        call = caller(create_asgi(plain, api=True))
        assert call("sign-in/provider", arguments={}).status_code == 404
