"""Fixtures with an app that has a sign-in service on loopback in its settings, and an officer with an account in it."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from tests.support.identity_provider import CLIENT, REDIRECT, SECRET, PretendProvider, open_provider
from tests.support.sign_in import CLIENT as HERE
from tests.support.sign_in import AccountHolder, enrol

from anninh_core.app import App, Settings
from anninh_core.app.settings import SignInSettings
from anninh_core.app.sign_in.settings import OidcSettings
from anninh_core.domain.accounts.views import NewSession
from anninh_core.kernel.dates import VIETNAM
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app


@pytest.fixture
def clock() -> FixedClock:
    """A clock at Wednesday, 1 September 2021, 8 o'clock in Vietnam."""
    return FixedClock(datetime(2021, 9, 1, 8, 0, tzinfo=VIETNAM))


@pytest.fixture
def provider(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendProvider]:
    """The sign-in service, with the officer `lan` as its user."""
    monkeypatch.setenv("OFFICE_SECRET", SECRET)
    with open_provider(clock.now) as provider:
        yield provider


@pytest.fixture
def oidc(provider: PretendProvider) -> OidcSettings:
    """The settings of the sign-in service."""
    return OidcSettings(
        issuer=provider.issuer,
        client_id=CLIENT,
        client_secret="env:OFFICE_SECRET",
        redirect_uri=REDIRECT,
        second_factor_amr=("mfa", "hwk"),
        second_factor_acr=("urn:two",),
    )


@pytest.fixture
def app(clock: FixedClock, oidc: OidcSettings) -> Iterator[App]:
    """An app that uses the sign-in service."""
    with memory_app(clock=clock, settings=Settings(sign_in=SignInSettings(oidc=oidc))) as app:
        yield app


@pytest.fixture
def lan(app: App) -> AccountHolder:
    """The officer `lan`, who has an account."""
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Lan", "ninh-hoa", "tip_officer", "standing_officer")
    return enrol(app, officer.id, "lan")


def sign_in(app: App, provider: PretendProvider, *, fresh: bool = False) -> NewSession:
    """Sign in as the service's current user."""
    attempt = app.accounts.begin_provider_sign_in(fresh=fresh)
    answer = provider.browse(attempt.url)
    return app.accounts.finish_provider_sign_in(attempt.ticket, answer["state"], answer["code"], client=HERE)
