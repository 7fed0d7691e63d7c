"""A sign-in service is reached through an HTTP proxy only."""

from base64 import b64encode
from collections.abc import Iterator

import pytest
from tests.authenticators.conftest import sign_in
from tests.support.http_proxy import PretendProxy, open_proxy
from tests.support.identity_provider import PretendProvider
from tests.support.sign_in import enrol

from anninh_core.app import App, Settings
from anninh_core.app.settings import SignInSettings
from anninh_core.app.sign_in.settings import OidcSettings
from anninh_core.kernel.errors import ServiceUnavailable
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app


@pytest.fixture
def proxy() -> Iterator[PretendProxy]:
    """The simulated HTTP proxy."""
    with open_proxy() as proxy:
        yield proxy


def open_app_with(clock: FixedClock, oidc: OidcSettings, **changed: str) -> App:
    return memory_app(clock=clock, settings=Settings(sign_in=SignInSettings(oidc=oidc.model_copy(update=changed))))


def test_sign_in_uses_the_proxy(
    clock: FixedClock, oidc: OidcSettings, provider: PretendProvider, proxy: PretendProxy
) -> None:
    """All requests to the service go through the proxy, with its user name and password."""
    address = proxy.address.replace("//", "//office:word@")
    with open_app_with(clock, oidc, proxy=address) as app:
        enrol(app, UnsafeLocalUsers(app).appoint("Cán bộ Lan", "ninh-hoa", "tip_officer").id, "lan")
        session = sign_in(app, provider)
        assert app.accounts.authenticate_token(session.token).sign_in.method is SignInMethod.OIDC
    assert {method for method, _ in proxy.asked} == {"GET", "POST"}
    assert all(url.startswith(provider.issuer) for _, url in proxy.asked)
    assert set(proxy.credentials) == {"Basic " + b64encode(b"office:word").decode()}


def test_environment_proxy_is_ignored(
    clock: FixedClock,
    oidc: OidcSettings,
    provider: PretendProvider,
    proxy: PretendProxy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without the setting no proxy is used, not even one from the environment."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.address)
    with open_app_with(clock, oidc) as app:
        app.accounts.begin_provider_sign_in()
    assert (proxy.asked, provider.issuer != "") == ([], True)


def test_https_uses_a_tunnel(clock: FixedClock, oidc: OidcSettings, proxy: PretendProxy) -> None:
    """With HTTPS the proxy gets only host and port; if it refuses the tunnel, the service is reported as
    unavailable.
    """
    unavailable = pytest.raises(ServiceUnavailable, match="The sign-in service returned no usable response for")
    with open_app_with(clock, oidc, proxy=proxy.address, issuer="https://id.example") as app, unavailable:
        app.accounts.begin_provider_sign_in()
    assert proxy.asked == [("CONNECT", "id.example:443")]


def test_unreachable_proxy_is_service_unavailable(clock: FixedClock, oidc: OidcSettings) -> None:
    """An unreachable proxy is reported as an unavailable service, without the proxy's password."""
    proxy_url = "http://office:word@127.0.0.1:9"
    with open_app_with(clock, oidc, proxy=proxy_url) as app, pytest.raises(ServiceUnavailable) as caught:
        app.accounts.begin_provider_sign_in()
    assert "word@" not in str(caught.value)
    assert "office:word" not in repr(oidc.model_copy(update={"proxy": proxy_url}))
