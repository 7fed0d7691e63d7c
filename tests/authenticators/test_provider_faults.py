"""A faulty or unreachable service signs no one in, and counts as no failed attempt of an officer."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from tests.authenticators.conftest import sign_in
from tests.support.identity_provider import PretendProvider
from tests.support.sign_in import CLIENT, AccountHolder

from anninh_core.app import App
from anninh_core.authenticators.oidc.http import ProviderHttp
from anninh_core.kernel.errors import NotSignedIn, ServiceUnavailable
from anninh_core.testing import FixedClock

DOCUMENT = "/.well-known/openid-configuration"
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("path", [DOCUMENT, "/token", "/jwks"])
@pytest.mark.parametrize(
    "answer",
    [
        (500, JSON, b"{}"),
        (302, {"Location": "http://127.0.0.1:9/"}, b"{}"),
        (200, JSON, b""),
        (200, JSON, b"[]"),
        (200, JSON, b"{" * 5000),
        (200, {"Content-Encoding": "gzip"}, b"{}"),
        (200, JSON, b'{"a": "' + b"x" * 600_000 + b'"}'),
    ],
    ids=lambda answer: f"{answer[0]} {answer[2][:5]!r} {len(answer[2])}",
)
def test_faulty_response_is_service_unavailable(
    app: App, provider: PretendProvider, lan: AccountHolder, path: str, answer: tuple[int, dict[str, str], bytes]
) -> None:
    """After an error, a redirect, or an invalid, compressed or oversized response, the sign-in fails with an error
    about the service.
    """
    provider.answer[path] = answer
    with pytest.raises(ServiceUnavailable, match="sign-in service") as failed:
        sign_in(app, provider)
    assert failed.value.__cause__ is None
    assert failed.value.__context__ is None


def test_service_failure_causes_no_delay(app: App, provider: PretendProvider, lan: AccountHolder) -> None:
    """Failures of the service don't delay the next sign-in from the same address."""
    provider.answer["/token"] = (503, JSON, b"{}")
    for _ in range(30):
        with pytest.raises(ServiceUnavailable):
            sign_in(app, provider)
    provider.answer.clear()
    assert sign_in(app, provider).officer == lan.id


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://elsewhere.example"},
        {"issuer": None},
        {"token_endpoint": "http://192.0.2.1/token"},
        {"token_endpoint": "ftp://127.0.0.1/token"},
        {"token_endpoint": "https://user@elsewhere.example/"},
        {"token_endpoint": "https://[::1"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "http://localhost.elsewhere.example/jwks"},
        {"jwks_uri": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "https://a b/"},
    ],
    ids=str,
)
def test_service_configuration_is_checked(
    app: App, provider: PretendProvider, lan: AccountHolder, discovery: dict[str, object]
) -> None:
    """A service configuration with another issuer, or with an unsafe address, is refused."""
    provider.document = discovery
    with pytest.raises(ServiceUnavailable):
        app.accounts.begin_provider_sign_in()


def test_wrong_client_secret_is_reported(
    app: App, provider: PretendProvider, lan: AccountHolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the service rejects our client secret, the error names the settings to check, without the secret."""
    monkeypatch.setenv("OFFICE_SECRET", "an old secret")
    with pytest.raises(
        ServiceUnavailable, match=r"status 401\): check `client_id`, `client_secret` and `client_auth`"
    ) as failed:
        sign_in(app, provider)
    assert "an old secret" not in str(failed.value)


def test_the_configuration_is_read_once_an_hour(
    app: App, provider: PretendProvider, lan: AccountHolder, clock: FixedClock
) -> None:
    """The service's configuration is fetched once an hour, however many sign-ins begin."""
    for _ in range(5):
        app.accounts.begin_provider_sign_in()
    assert provider.asked.count(DOCUMENT) == 1
    clock.advance(timedelta(hours=1))
    app.accounts.begin_provider_sign_in()
    assert provider.asked.count(DOCUMENT) == 2


def test_endless_response_is_stopped() -> None:
    """An endless response is stopped after half a megabyte."""

    class Endless(httpx.SyncByteStream):
        sent = 0

        def __iter__(self) -> Iterator[bytes]:
            while True:
                self.sent += 1
                yield b" " * 10_000

    stream = Endless()
    http = ProviderHttp(httpx.MockTransport(lambda _: httpx.Response(200, stream=stream)))
    with pytest.raises(ServiceUnavailable):
        http.get("https://id.example/jwks")
    assert stream.sent < 100


def test_invalid_code_is_not_sent(app: App, provider: PretendProvider, lan: AccountHolder) -> None:
    """An empty, overlong or invalid code is refused without a request to the service."""
    for code in ("", "x" * 5000, "a\r\nb", "đ"):
        attempt = app.accounts.begin_provider_sign_in()
        state = provider.browse(attempt.url)["state"]
        with pytest.raises(NotSignedIn):
            app.accounts.finish_provider_sign_in(attempt.ticket, state, code, client=CLIENT)
    assert "/token" not in provider.asked
