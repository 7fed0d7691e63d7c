"""The store's own sessions and API tokens pass the kit, and let officers with roles in."""

from datetime import timedelta

import pytest
from tests.support.sign_in import Holder, enrol

from anninh_core.app import App
from anninh_core.kernel.errors import NotSignedIn
from anninh_core.ports.authenticator import Authenticated, SignIn, SignInMethod, SignInRequest
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.testing.kits import AuthenticatorCase, AuthenticatorConformance


@pytest.fixture
def hoa(anninh_app: App, anninh_clock: FixedClock) -> Holder:
    officer = UnsafeLocalUsers(anninh_app).appoint("Cán bộ Hoa", "ninh-hoa", "tip_officer")
    holder = enrol(anninh_app, officer.id, "hoa", second_factor=True)
    anninh_clock.advance(timedelta(minutes=1))
    return holder


def shows(app: App, token: str) -> SignInRequest:
    return SignInRequest({"authorization": f"Bearer {token}"}, "192.0.2.7", app.internals.context.clock.now())


class TestSession(AuthenticatorConformance):
    """A session of somebody who showed a code."""

    @pytest.fixture
    def case(self, anninh_app: App, hoa: Holder) -> AuthenticatorCase:
        ended = hoa.sign_in()
        anninh_app.accounts.sign_out(anninh_app.accounts.authenticate_token(ended.token))
        begun = hoa.sign_in(code=hoa.recovery[0])
        altered = begun.token[:-1] + ("A" if begun.token[-1] != "A" else "B")
        return AuthenticatorCase(
            authenticator=anninh_app.internals.workflows.local_authenticator,
            officer=hoa.id,
            good=shows(anninh_app, begun.token),
            wrong=tuple(
                shows(anninh_app, token)
                for token in (altered, begun.token.replace("_s_", "_t_"), "anninh_s_", "anninh_t_\ud800", "anninh_s_đ")
            ),
            ended=(shows(anninh_app, ended.token),),
            secrets=(begun.token, ended.token),
            is_fresh=True,
        )


class TestApiToken(AuthenticatorConformance):
    """A token that such a session made."""

    @pytest.fixture
    def case(self, anninh_app: App, hoa: Holder) -> AuthenticatorCase:
        me = hoa.enter()
        until = anninh_app.internals.context.clock.now() + timedelta(days=1)
        token, revoked = (anninh_app.accounts.make_token(me, name, until) for name in ("Một", "Hai"))
        anninh_app.accounts.revoke_token(me, revoked.id)
        return AuthenticatorCase(
            authenticator=anninh_app.internals.workflows.local_authenticator,
            officer=hoa.id,
            good=shows(anninh_app, token.token),
            wrong=(shows(anninh_app, token.token + "x"),),
            ended=(shows(anninh_app, revoked.token),),
            secrets=(token.token, revoked.token),
        )


class Told:
    """An authenticator that knows whoever stands in a header."""

    name = "told"

    def authenticate(self, request: SignInRequest) -> Authenticated | None:
        officer = request.headers.get("x-officer", "")
        return Authenticated(officer, SignIn(SignInMethod.PROXY)) if officer else None


def test_a_call_is_let_in_by_whoever_knows_it(anninh_app: App, hoa: Holder) -> None:
    """The store's own sign-ins, and by another authenticator whoever is an officer with a role."""
    admission = type(anninh_app.internals.workflows.admission)(
        anninh_app.internals.services, [anninh_app.internals.workflows.local_authenticator, Told()]
    )
    now = anninh_app.internals.context.clock.now()
    by_session = anninh_app.accounts.admit(shows(anninh_app, hoa.sign_in().token))
    by_header = admission.admit(SignInRequest({"x-officer": hoa.id}, "192.0.2.7", now))
    assert [(actor.id, actor.sign_in.method) for actor in (by_session, by_header)] == [
        (hoa.id, SignInMethod.PASSWORD),
        (hoa.id, SignInMethod.PROXY),
    ]
    retired = UnsafeLocalUsers(anninh_app).appoint("Cán bộ Cũ", "ninh-hoa")
    for headers in ({}, {"x-officer": "nobody"}, {"x-officer": retired.id}, {"x-officer": "system:keeper"}):
        with pytest.raises(NotSignedIn):
            admission.admit(SignInRequest(headers, "192.0.2.7", now))
