"""A reverse proxy's header passes the kit, and is believed from named addresses alone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from attrs import evolve
from tests.support.sign_in import Holder, enrol

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


def opened(clock: FixedClock, **changed: object) -> App:
    settings = ProxySettings.model_validate(
        {"networks": ("10.0.0.5/32", "fd00::5/128"), "header": "X-Office-User", **changed}
    )
    return memory_app(clock=clock, settings=Settings(sign_in=SignInSettings(proxy=settings)))


@pytest.fixture
def app(anninh_clock: FixedClock) -> Iterator[App]:
    """An app that believes a proxy, of a second factor too."""
    with opened(anninh_clock, second_factor_header=FACTOR) as app:
        yield app


@pytest.fixture
def lan(app: App) -> Holder:
    """An officer with an account."""
    return enrol(app, UnsafeLocalUsers(app).appoint("Cán bộ Lan", "ninh-hoa", "tip_officer").id, "lan")


def says(app: App, *, peer: str = PROXY, repeated: tuple[str, ...] = (), **headers: str) -> SignInRequest:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return SignInRequest(named, peer, app.internals.context.clock.now(), frozenset(repeated))


def shown(app: App, ago: int) -> str:
    return str(int(app.internals.context.clock.now().timestamp()) - ago)


def authenticator(app: App) -> Authenticator:
    return next(one for one in app.internals.workflows.admission.authenticators if one.name == "proxy")


class TestNamed(AuthenticatorConformance):
    """An officer whom the proxy names."""

    @pytest.fixture
    def case(self, app: App, lan: Holder) -> AuthenticatorCase:
        wrong = ("nobody", "", "LAN", "lan,lan", "lan hoa", "đ", lan.id)
        return AuthenticatorCase(
            authenticator=authenticator(app),
            officer=lan.id,
            good=says(app, x_office_user="lan"),
            wrong=tuple(says(app, x_office_user=name) for name in wrong),
            secrets=("a-name-that-nobody-has",),
            carrier=HEADER,
        )


class TestSecondFactor(AuthenticatorConformance):
    """An officer who has shown a second factor to the proxy just now."""

    @pytest.fixture
    def case(self, app: App, lan: Holder) -> AuthenticatorCase:
        odd = ("", "now", "-1", "1e9", "9" * 13, "99999999999", shown(app, -60), "1,2", "１")
        return AuthenticatorCase(
            authenticator=authenticator(app),
            officer=lan.id,
            good=says(app, x_office_user="lan", x_office_second_factor=shown(app, 60)),
            wrong=tuple(says(app, x_office_user="lan", x_office_second_factor=value) for value in odd),
            secrets=("a-name-that-nobody-has",),
            carrier=HEADER,
            is_fresh=True,
        )


@pytest.mark.parametrize(
    "peer",
    [OUTSIDE, "127.0.0.1", "::1", "", "10.0.0.50", "nonsense", "fd00::6", "::ffff:10.0.0.6", "10.0.0.5, ::1"],
)
def test_from_elsewhere_the_header_is_ignored(app: App, lan: Holder, peer: str) -> None:
    """Whoever else sends it is nobody, whatever other headers say about where the call comes from."""
    forged = says(app, peer=peer, x_office_user="lan", x_forwarded_for=PROXY, forwarded=f"for={PROXY}", x_real_ip=PROXY)
    assert authenticator(app).authenticate(forged) is None
    with pytest.raises(NotSignedIn):
        app.accounts.admit(forged)


@pytest.mark.parametrize("peer", [PROXY, "::ffff:10.0.0.5", "fd00::5"])
def test_the_proxy_is_believed(app: App, lan: Holder, peer: str) -> None:
    """Also where its address is written as one of IPv6; the officer acts as one whom a proxy knows."""
    me = app.accounts.admit(says(app, peer=peer, x_office_user="lan"))
    assert (me.id, me.sign_in.method, me.sign_in.session) == (lan.id, SignInMethod.PROXY, "")
    assert not me.sign_in.is_fresh(app.internals.context.clock.now())


def test_a_header_that_came_twice_is_refused(app: App, lan: Holder) -> None:
    """One of them was the caller's own: a proxy that adds instead of replacing lets anybody be anybody."""
    for name in (HEADER, FACTOR):
        twice = says(app, repeated=(name,), x_office_user="lan", x_office_second_factor=shown(app, 1))
        with pytest.raises(NotSignedIn):
            authenticator(app).authenticate(twice)
    assert authenticator(app).authenticate(says(app, repeated=("accept",), x_office_user="lan"))


def test_a_second_factor_of_the_proxy_runs_out(app: App, lan: Holder, anninh_clock: FixedClock) -> None:
    """It counts from when it was shown, not from when the proxy says so."""
    now = anninh_clock.now()
    for ago, fresh in ((0, True), (299, True), (300, False), (86_400, False)):
        me = app.accounts.admit(says(app, x_office_user="lan", x_office_second_factor=shown(app, ago)))
        assert me.sign_in.is_fresh(now) is fresh


def test_without_the_setting_no_header_says_that_a_factor_was_shown(anninh_clock: FixedClock) -> None:
    """Whatever the proxy passes on by that name."""
    with opened(anninh_clock) as app:
        enrol(app, UnsafeLocalUsers(app).appoint("Cán bộ Lan", "ninh-hoa", "tip_officer").id, "lan")
        me = app.accounts.admit(says(app, x_office_user="lan", x_office_second_factor=shown(app, 1)))
        assert not me.sign_in.is_fresh(app.internals.context.clock.now())
        with pytest.raises(Refused):
            app.accounts.make_token(me, "Thử", app.internals.context.clock.now() + timedelta(days=1))


def test_a_page_of_another_site_can_not_use_it(app: App, lan: Holder) -> None:
    """The proxy adds its header to whatever a page makes a browser send: by what browsers say it is told apart."""
    right = says(app, x_office_user="lan")
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": ""},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
    ):
        with pytest.raises(NotSignedIn):
            authenticator(app).authenticate(evolve(right, headers={**right.headers, **headers}))
    for headers in ({"sec-fetch-site": "same-origin", "origin": "https://office.example"}, {"sec-fetch-site": "none"}):
        assert authenticator(app).authenticate(evolve(right, headers={**right.headers, **headers}))


def test_a_page_that_the_settings_name(anninh_clock: FixedClock) -> None:
    """For browsers that don't say from which site a call comes."""
    with opened(anninh_clock, origins=("https://office.example",), named_by="officer_id") as app:
        officer = UnsafeLocalUsers(app).appoint("Cán bộ Lan", "ninh-hoa", "tip_officer")
        me = app.accounts.admit(says(app, x_office_user=officer.id, origin="https://office.example"))
        assert me.id == officer.id
        with pytest.raises(NotSignedIn):
            app.accounts.admit(says(app, x_office_user=officer.id, origin="https://office.example.elsewhere"))


def test_a_bearer_token_comes_first(app: App, lan: Holder) -> None:
    """Who shows a session of ours is its owner, and a wrong one is refused, whomever the proxy names."""
    minh = enrol_another(app)
    session = lan.sign_in()
    me = app.accounts.admit(says(app, x_office_user="minh", authorization=f"Bearer {session.token}"))
    assert (me.id, minh.name) == (lan.id, "minh")
    with pytest.raises(NotSignedIn):
        app.accounts.admit(says(app, x_office_user="minh", authorization="Bearer anninh_s_wrong"))


def enrol_another(app: App) -> Holder:
    boss: Actor = UnsafeLocalUsers(app).appoint("Người Phân Quyền", "hoa-lu", "standing_officer")
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Minh", "ninh-hoa", "tip_officer")
    return enrol(app, officer.id, "minh", by=boss)


def test_refusals_stand_in_the_journal(app: App, lan: Holder) -> None:
    """With what was wrong, and without what was sent."""
    with pytest.raises(NotSignedIn):
        app.accounts.admit(says(app, x_office_user="lan,boss-secret"))
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
def test_settings_that_do_not_fit_are_refused(anninh_clock: FixedClock, changed: dict[str, object], told: str) -> None:
    """When the office is opened, with their place."""
    with pytest.raises(ConfigurationError, match=told):
        opened(anninh_clock, **changed)


def test_without_settings_nobody_is_believed(anninh_app: App) -> None:
    """There is no such authenticator at all."""
    assert [one.name for one in anninh_app.internals.workflows.admission.authenticators] == ["local"]
