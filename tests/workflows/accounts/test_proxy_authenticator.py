"""The authenticator that trusts a reverse proxy's header passes the kit, and trusts the header from configured
addresses only.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from attrs import evolve
from tests.support.sign_in import AccountHolder, enrol

from anninh_core.app import App, Settings
from anninh_core.app.settings import SignInSettings
from anninh_core.app.sign_in.settings import ProxySettings
from anninh_core.kernel.errors import ConfigurationError, NotSignedIn, Refused
from anninh_core.ports.authenticator import Authenticator, SignInMethod, SignInRequest
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.testing.kits import AuthenticatorCase, AuthenticatorConformance
from anninh_core.usecase.actor import Actor

PROXY = "10.0.0.5"
OUTSIDE = "10.0.0.6"
HEADER = "x-office-user"
FACTOR = "x-office-second-factor"


def open_proxy_app(clock: FixedClock, **changed: object) -> App:
    settings = ProxySettings.model_validate(
        {"networks": ("10.0.0.5/32", "fd00::5/128"), "header": "X-Office-User", **changed}
    )
    return memory_app(clock=clock, settings=Settings(sign_in=SignInSettings(proxy=settings)))


@pytest.fixture
def app(anninh_clock: FixedClock) -> Iterator[App]:
    """An app that trusts a reverse proxy, also about second factors."""
    with open_proxy_app(anninh_clock, second_factor_header=FACTOR) as app:
        yield app


@pytest.fixture
def lan(app: App) -> AccountHolder:
    return enrol(app, UnsafeLocalUsers(app).appoint("Cán bộ Lan", "ninh-hoa", "tip_officer").id, "lan")


def build_sign_in_request(
    app: App, *, peer: str = PROXY, repeated: tuple[str, ...] = (), **headers: str
) -> SignInRequest:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return SignInRequest(named, peer, app.internals.context.clock.now(), frozenset(repeated))


def format_factor_time(app: App, ago: int) -> str:
    return str(int(app.internals.context.clock.now().timestamp()) - ago)


def get_proxy_authenticator(app: App) -> Authenticator:
    return next(
        candidate for candidate in app.internals.workflows.admission.authenticators if candidate.name == "proxy"
    )


class TestNamed(AuthenticatorConformance):
    """The kit for an officer whom the proxy names."""

    @pytest.fixture
    def case(self, app: App, lan: AccountHolder) -> AuthenticatorCase:
        wrong = ("nobody", "", "LAN", "lan,lan", "lan hoa", "đ", lan.id)
        return AuthenticatorCase(
            authenticator=get_proxy_authenticator(app),
            officer=lan.id,
            good=build_sign_in_request(app, x_office_user="lan"),
            wrong=tuple(build_sign_in_request(app, x_office_user=name) for name in wrong),
            secrets=("a-name-that-nobody-has",),
            carrier=HEADER,
        )


class TestSecondFactor(AuthenticatorConformance):
    """The kit for an officer whom the proxy names with a recent second factor."""

    @pytest.fixture
    def case(self, app: App, lan: AccountHolder) -> AuthenticatorCase:
        odd = ("", "now", "-1", "1e9", "9" * 13, "99999999999", format_factor_time(app, -60), "1,2", "１")
        return AuthenticatorCase(
            authenticator=get_proxy_authenticator(app),
            officer=lan.id,
            good=build_sign_in_request(app, x_office_user="lan", x_office_second_factor=format_factor_time(app, 60)),
            wrong=tuple(build_sign_in_request(app, x_office_user="lan", x_office_second_factor=value) for value in odd),
            secrets=("a-name-that-nobody-has",),
            carrier=HEADER,
            is_fresh=True,
        )


@pytest.mark.parametrize(
    "peer",
    [OUTSIDE, "127.0.0.1", "::1", "", "10.0.0.50", "nonsense", "fd00::6", "::ffff:10.0.0.6", "10.0.0.5, ::1"],
)
def test_header_from_other_address_is_ignored(app: App, lan: AccountHolder, peer: str) -> None:
    """The proxy's header is ignored if it comes from any other address, whatever other headers give as the caller's
    address.
    """
    forged = build_sign_in_request(
        app, peer=peer, x_office_user="lan", x_forwarded_for=PROXY, forwarded=f"for={PROXY}", x_real_ip=PROXY
    )
    assert get_proxy_authenticator(app).authenticate(forged) is None
    with pytest.raises(NotSignedIn):
        app.accounts.admit(forged)


@pytest.mark.parametrize("peer", [PROXY, "::ffff:10.0.0.5", "fd00::5"])
def test_header_from_the_proxy_is_trusted(app: App, lan: AccountHolder, peer: str) -> None:
    """The header from the proxy is trusted, even if the proxy's address is mapped to IPv6, and the officer acts with
    the sign-in method PROXY.
    """
    me = app.accounts.admit(build_sign_in_request(app, peer=peer, x_office_user="lan"))
    assert (me.id, me.sign_in.method, me.sign_in.session) == (lan.id, SignInMethod.PROXY, "")
    assert not me.sign_in.is_fresh(app.internals.context.clock.now())


def test_repeated_header_is_refused(app: App, lan: AccountHolder) -> None:
    """A header that appears twice is refused, because one value may be the caller's own if the proxy adds its header
    instead of replacing it.
    """
    for name in (HEADER, FACTOR):
        request = build_sign_in_request(
            app, repeated=(name,), x_office_user="lan", x_office_second_factor=format_factor_time(app, 1)
        )
        with pytest.raises(NotSignedIn):
            get_proxy_authenticator(app).authenticate(request)
    assert get_proxy_authenticator(app).authenticate(
        build_sign_in_request(app, repeated=("accept",), x_office_user="lan")
    )


def test_proxys_second_factor_expires(app: App, lan: AccountHolder, anninh_clock: FixedClock) -> None:
    """A second factor that the proxy reports expires 300 seconds after the officer entered it, not after the
    request.
    """
    now = anninh_clock.now()
    for ago, fresh in ((0, True), (299, True), (300, False), (86_400, False)):
        me = app.accounts.admit(
            build_sign_in_request(app, x_office_user="lan", x_office_second_factor=format_factor_time(app, ago))
        )
        assert me.sign_in.is_fresh(now) is fresh


def test_factor_header_needs_the_setting(anninh_clock: FixedClock) -> None:
    """Without the setting, a header for the second factor is ignored."""
    with open_proxy_app(anninh_clock) as app:
        enrol(app, UnsafeLocalUsers(app).appoint("Cán bộ Lan", "ninh-hoa", "tip_officer").id, "lan")
        me = app.accounts.admit(
            build_sign_in_request(app, x_office_user="lan", x_office_second_factor=format_factor_time(app, 1))
        )
        assert not me.sign_in.is_fresh(app.internals.context.clock.now())
        with pytest.raises(Refused):
            app.accounts.make_token(me, "Thử", app.internals.context.clock.now() + timedelta(days=1))


def test_cross_site_request_is_refused(app: App, lan: AccountHolder) -> None:
    """A request from another site's page is refused by its `Sec-Fetch-Site` or `Origin`, because the proxy adds its
    header to such requests too.
    """
    request = build_sign_in_request(app, x_office_user="lan")
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": ""},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
    ):
        with pytest.raises(NotSignedIn):
            get_proxy_authenticator(app).authenticate(evolve(request, headers={**request.headers, **headers}))
    for headers in ({"sec-fetch-site": "same-origin", "origin": "https://office.example"}, {"sec-fetch-site": "none"}):
        assert get_proxy_authenticator(app).authenticate(evolve(request, headers={**request.headers, **headers}))


def test_configured_origin_is_admitted(anninh_clock: FixedClock) -> None:
    """A request with a configured origin is admitted, for browsers that don't send `Sec-Fetch-Site`."""
    with open_proxy_app(anninh_clock, origins=("https://office.example",), named_by="officer_id") as app:
        officer = UnsafeLocalUsers(app).appoint("Cán bộ Lan", "ninh-hoa", "tip_officer")
        me = app.accounts.admit(build_sign_in_request(app, x_office_user=officer.id, origin="https://office.example"))
        assert me.id == officer.id
        with pytest.raises(NotSignedIn):
            app.accounts.admit(
                build_sign_in_request(app, x_office_user=officer.id, origin="https://office.example.elsewhere")
            )


def test_bearer_token_takes_precedence(app: App, lan: AccountHolder) -> None:
    """A bearer token takes precedence over the proxy's header, and an invalid bearer token is refused."""
    minh = enrol_second_officer(app)
    session = lan.sign_in()
    me = app.accounts.admit(build_sign_in_request(app, x_office_user="minh", authorization=f"Bearer {session.token}"))
    assert (me.id, minh.name) == (lan.id, "minh")
    with pytest.raises(NotSignedIn):
        app.accounts.admit(build_sign_in_request(app, x_office_user="minh", authorization="Bearer anninh_s_wrong"))


def enrol_second_officer(app: App) -> AccountHolder:
    boss: Actor = UnsafeLocalUsers(app).appoint("Người Phân Quyền", "hoa-lu", "standing_officer")
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Minh", "ninh-hoa", "tip_officer")
    return enrol(app, officer.id, "minh", by=boss)


def test_refusals_are_in_the_journal(app: App, lan: AccountHolder) -> None:
    """A refusal of the proxy's header is in the journal with its reason, and without the header's value."""
    with pytest.raises(NotSignedIn):
        app.accounts.admit(build_sign_in_request(app, x_office_user="lan,boss-secret"))
    journal = b"".join(line.content for line in app.internals.context.storage.journal.read(limit=1000)).decode()
    assert "The proxy's header doesn't name exactly one person." in journal
    assert "boss-secret" not in journal


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"networks": ("0.0.0.0/0",)}, "which covers too many addresses: write the proxy's own address"),
        ({"networks": ("::/0",)}, "which covers too many addresses: write the proxy's own address"),
        ({"networks": ("10.0.0.5/8",)}, r"write an address such as 10\.0\.0\.5/32"),
        ({"networks": ("proxy.local",)}, r"write an address such as 10\.0\.0\.5/32"),
        ({"header": "Authorization"}, "authorization"),
        ({"header": "X Office"}, "x office"),
        ({"header": "X_Office"}, "x_office"),
        ({"header": ""}, "''"),
        ({"second_factor_header": "x-office-user"}, "both"),
        ({"second_factor_header": "Sec-Fetch-Site"}, "sec-fetch-site"),
    ],
    ids=str,
)
def test_invalid_settings_are_refused(anninh_clock: FixedClock, changed: dict[str, object], told: str) -> None:
    """Invalid settings of the proxy are refused at the start, and the error names the setting."""
    with pytest.raises(ConfigurationError, match=told):
        open_proxy_app(anninh_clock, **changed)


def test_no_settings_mean_no_proxy(anninh_app: App) -> None:
    """Without settings for a proxy there is no proxy authenticator."""
    assert [authenticator.name for authenticator in anninh_app.internals.workflows.admission.authenticators] == [
        "local"
    ]
