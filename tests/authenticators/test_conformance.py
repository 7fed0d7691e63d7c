"""A session from the authority's sign-in service passes the authenticators' kit, like our own sessions."""

import pytest
from tests.authenticators.conftest import sign_in
from tests.support.identity_provider import PretendProvider
from tests.support.sign_in import AccountHolder

from anninh_core.app import App
from anninh_core.ports.authenticator import SignInRequest
from anninh_core.testing import FixedClock
from anninh_core.testing.kits import AuthenticatorCase, AuthenticatorConformance


class TestProviderSession(AuthenticatorConformance):
    """A session of an officer who used a second factor at the sign-in service."""

    @pytest.fixture
    def case(self, app: App, provider: PretendProvider, lan: AccountHolder, clock: FixedClock) -> AuthenticatorCase:
        def shows(token: str) -> SignInRequest:
            return SignInRequest({"authorization": f"Bearer {token}"}, "192.0.2.7", clock.now())

        provider.user |= {"amr": ["mfa"], "auth_time": int(clock.now().timestamp())}
        ended = sign_in(app, provider)
        app.accounts.sign_out(app.accounts.authenticate_token(ended.token))
        active = sign_in(app, provider)
        return AuthenticatorCase(
            authenticator=app.internals.workflows.local_authenticator,
            officer=lan.id,
            good=shows(active.token),
            wrong=(shows(active.token + "x"),),
            ended=(shows(ended.token),),
            secrets=(active.token, ended.token),
            is_fresh=True,
        )
