"""The authenticators of local sessions and API tokens pass the authenticator kit, and admit officers with roles."""

from datetime import timedelta

import pytest
from tests.support.sign_in import AccountHolder, enrol

from anninh_core.app import App
from anninh_core.kernel.errors import NotSignedIn
from anninh_core.ports.authenticator import Authenticated, SignIn, SignInMethod, SignInRequest
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.testing.kits import AuthenticatorCase, AuthenticatorConformance


@pytest.fixture
def account_holder(anninh_app: App, anninh_clock: FixedClock) -> AccountHolder:
    officer = UnsafeLocalUsers(anninh_app).appoint("Cán bộ Hoa", "ninh-hoa", "tip_officer")
    holder = enrol(anninh_app, officer.id, "hoa", second_factor=True)
    anninh_clock.advance(timedelta(minutes=1))
    return holder


def build_sign_in_request(app: App, token: str) -> SignInRequest:
    return SignInRequest({"authorization": f"Bearer {token}"}, "192.0.2.7", app.internals.context.clock.now())


class TestSession(AuthenticatorConformance):
    """The kit for a session of an officer who used a recovery code."""

    @pytest.fixture
    def case(self, anninh_app: App, account_holder: AccountHolder) -> AuthenticatorCase:
        ended = account_holder.sign_in()
        anninh_app.accounts.sign_out(anninh_app.accounts.authenticate_token(ended.token))
        current = account_holder.sign_in(code=account_holder.recovery[0])
        altered = current.token[:-1] + ("A" if current.token[-1] != "A" else "B")
        return AuthenticatorCase(
            authenticator=anninh_app.internals.workflows.local_authenticator,
            officer=account_holder.id,
            good=build_sign_in_request(anninh_app, current.token),
            wrong=tuple(
                build_sign_in_request(anninh_app, token)
                for token in (
                    altered,
                    current.token.replace("_s_", "_t_"),
                    "anninh_s_",
                    "anninh_t_\ud800",
                    "anninh_s_đ",
                )
            ),
            ended=(build_sign_in_request(anninh_app, ended.token),),
            secrets=(current.token, ended.token),
            is_fresh=True,
        )


class TestApiToken(AuthenticatorConformance):
    """The kit for an API token that was made in a session."""

    @pytest.fixture
    def case(self, anninh_app: App, account_holder: AccountHolder) -> AuthenticatorCase:
        me = account_holder.enter()
        until = anninh_app.internals.context.clock.now() + timedelta(days=1)
        token, revoked = (anninh_app.accounts.make_token(me, name, until) for name in ("Một", "Hai"))
        anninh_app.accounts.revoke_token(me, revoked.id)
        return AuthenticatorCase(
            authenticator=anninh_app.internals.workflows.local_authenticator,
            officer=account_holder.id,
            good=build_sign_in_request(anninh_app, token.token),
            wrong=(build_sign_in_request(anninh_app, token.token + "x"),),
            ended=(build_sign_in_request(anninh_app, revoked.token),),
            secrets=(token.token, revoked.token),
        )


class HeaderAuthenticator:
    """An authenticator that trusts an officer's id in a header."""

    name = "told"

    def authenticate(self, request: SignInRequest) -> Authenticated | None:
        officer = request.headers.get("x-officer", "")
        return Authenticated(officer, SignIn(SignInMethod.PROXY)) if officer else None


def test_any_authenticator_admits_its_officers(anninh_app: App, account_holder: AccountHolder) -> None:
    """Local sign-ins are admitted, and sign-ins by another authenticator too if the officer has a role."""
    admission = type(anninh_app.internals.workflows.admission)(
        anninh_app.internals.services, [anninh_app.internals.workflows.local_authenticator, HeaderAuthenticator()]
    )
    now = anninh_app.internals.context.clock.now()
    by_session = anninh_app.accounts.admit(build_sign_in_request(anninh_app, account_holder.sign_in().token))
    by_header = admission.admit(SignInRequest({"x-officer": account_holder.id}, "192.0.2.7", now))
    assert [(actor.id, actor.sign_in.method) for actor in (by_session, by_header)] == [
        (account_holder.id, SignInMethod.PASSWORD),
        (account_holder.id, SignInMethod.PROXY),
    ]
    retired = UnsafeLocalUsers(anninh_app).appoint("Cán bộ Cũ", "ninh-hoa")
    for headers in ({}, {"x-officer": "nobody"}, {"x-officer": retired.id}, {"x-officer": "system:keeper"}):
        with pytest.raises(NotSignedIn):
            admission.admit(SignInRequest(headers, "192.0.2.7", now))
