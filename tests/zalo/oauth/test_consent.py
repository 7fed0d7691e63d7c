"""The login leads from the consent page to a pair of tokens."""

import hashlib
import re
from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from anninh_core.kernel.errors import BadInput, ConfigurationError, NeedsPerson, RetryLater, UnknownOutcome
from anninh_zalo.api.answers import TokenSpent
from anninh_zalo.api.http import HttpClient
from anninh_zalo.oauth.consent import consent_url, read_callback
from anninh_zalo.oauth.endpoint import ACCESS_LIFETIME, REFRESH_LIFETIME, TokenEndpoint, TokenPair
from anninh_zalo.oauth.pkce import compute_code_challenge, generate_verifier, validate_verifier

CALLBACK = "code=c&oa_id=9&state=s"
PAIR = {"access_token": "a1", "refresh_token": "r1", "expires_in": "90000"}


def build_token_endpoint(answer: object, seen: list[httpx.Request] | None = None) -> TokenEndpoint:
    def respond(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    return TokenEndpoint(HttpClient(transport=lambda: httpx.MockTransport(respond)), "7", "made-up-secret")


def test_verifiers_are_random() -> None:
    """A verifier has 43 random characters, and its challenge is its SHA-256 digest without padding."""
    verifier = generate_verifier()

    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", verifier)
    assert verifier != generate_verifier()
    assert urlsafe_b64decode(compute_code_challenge(verifier) + "=") == hashlib.sha256(verifier.encode()).digest()
    assert (
        compute_code_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


def test_configured_verifier_is_checked() -> None:
    """A fixed verifier from the developer console is accepted if its form is valid."""
    assert validate_verifier("a" * 64, "code_verifier") == "a" * 64
    assert validate_verifier("", "code_verifier") == ""
    with pytest.raises(ConfigurationError, match="code_verifier"):
        validate_verifier("short", "code_verifier")


def test_consent_address_is_complete() -> None:
    """The address of the consent page has exactly the parameters that Zalo requires."""
    url = urlsplit(consent_url("https://oauth.invalid", "7", "https://x.invalid/a?b=1", "s", "c"))

    assert url.path == "/v4/oa/permission"
    assert parse_qs(url.query) == {
        "app_id": ["7"],
        "redirect_uri": ["https://x.invalid/a?b=1"],
        "code_challenge": ["c"],
        "state": ["s"],
    }
    assert "code_challenge" not in consent_url("https://oauth.invalid", "7", "https://x.invalid", "s")


@pytest.mark.parametrize("callback", [f"https://x.invalid/cb?{CALLBACK}", f"?{CALLBACK}", CALLBACK])
def test_pasted_callback_gives_code_and_account(callback: str) -> None:
    """A callback gives the code and the account whether it is pasted as a whole or in part."""
    consent = read_callback(callback, "s", "9")

    assert (consent.code, consent.oa_id) == ("c", "9")
    assert "'c'" not in repr(consent)


@pytest.mark.parametrize(
    ("callback", "word"),
    [
        ("?oa_id=9&state=s", "no code"),
        ("", "no code"),
        ("?code=c&state=x", "another login"),
        ("?code=c&state=ộ", "another login"),
        ("?code=c", "state_may_miss"),
        ("?code=c&state=s&oa_id=8", "is configured"),
    ],
)
def test_invalid_callback_is_refused(callback: str, word: str) -> None:
    """A callback without a code, with a foreign or missing state, or of another account is refused."""
    with pytest.raises(BadInput, match=word):
        read_callback(callback, "s", "9")


def test_state_may_miss_but_not_differ() -> None:
    """With `state_may_miss` the state may be missing but not wrong."""
    assert read_callback("?code=c", "s", state_may_miss=True).code == "c"
    with pytest.raises(BadInput):
        read_callback("?code=c&state=x", "s", state_may_miss=True)


def test_exchange_sends_secret_in_header() -> None:
    """The exchange of a code sends a form, with the verifier if there is one, and the app's secret in a header."""
    seen: list[httpx.Request] = []

    assert build_token_endpoint(PAIR, seen).exchange("c", "v") == TokenPair(
        "a1", "r1", ACCESS_LIFETIME, REFRESH_LIFETIME
    )
    build_token_endpoint(PAIR, seen).exchange("c")
    build_token_endpoint(PAIR, seen).refresh("r0")
    forms = [{name: values[0] for name, values in parse_qs(request.content.decode()).items()} for request in seen]
    assert forms == [
        {"app_id": "7", "code": "c", "grant_type": "authorization_code", "code_verifier": "v"},
        {"app_id": "7", "code": "c", "grant_type": "authorization_code"},
        {"app_id": "7", "refresh_token": "r0", "grant_type": "refresh_token"},
    ]
    assert {request.headers["secret_key"] for request in seen} == {"made-up-secret"}
    assert {request.headers["content-type"] for request in seen} == {"application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("life", "expected"),
    [
        ("3600", 3600),
        (3600, 3600),
        (3600.0, 3600),
        (None, 90000),
        ("soon", 90000),
        (-1, 90000),
        (1e300, 90000),
        ("nan", 90000),
    ],
)
def test_token_life_is_read_in_both_forms(life: Any, expected: int) -> None:
    """The token's lifetime is parsed from text or a number, and an invalid one is replaced by the default."""
    assert build_token_endpoint(PAIR | {"expires_in": life}).refresh("r0").access_life == timedelta(seconds=expected)


@pytest.mark.parametrize("code", [-14014, -14020, -118, "-14020"])
def test_spent_token_is_recognised(code: object) -> None:
    """A failure with HTTP status 200 gives no tokens, and the error codes of a spent token raise `TokenSpent`."""
    with pytest.raises(TokenSpent):
        build_token_endpoint(PAIR | {"error": code, "error_name": "x"}).refresh("r0")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"error": -14004, "error_description": "r0"}, NeedsPerson),
        ({"error": 0}, UnknownOutcome),
        (httpx.Response(500, text=""), UnknownOutcome),
        (httpx.ReadTimeout("r0"), UnknownOutcome),
        (httpx.ConnectError("r0"), RetryLater),
        ({"access_token": "a"}, UnknownOutcome),
        ({"access_token": "a", "refresh_token": " "}, UnknownOutcome),
        ({"access_token": "a\n", "refresh_token": "r"}, UnknownOutcome),
    ],
)
def test_failures_never_repeat_the_token(answer: object, kind: type[Exception]) -> None:
    """A failure states whether the token may be spent, without repeating the token."""
    with pytest.raises(kind) as refused:
        build_token_endpoint(answer).refresh("r0")

    assert "r0" not in str(refused.value)


@pytest.mark.parametrize("error", [0, "0", None])
def test_pair_with_empty_error_is_kept(error: object) -> None:
    """A pair of tokens with an empty error code is kept, because the previous pair is spent."""
    assert build_token_endpoint(PAIR | {"error": error}).refresh("r0").refresh == "r1"
    with pytest.raises(NeedsPerson):
        build_token_endpoint(PAIR | {"error": -14004}).refresh("r0")


def test_malformed_callback_is_not_repeated() -> None:
    """A malformed callback address isn't repeated in the error."""
    with pytest.raises(BadInput, match="copy the whole") as refused:
        read_callback("https://[xekret/?code=c", "s")

    assert "xekret" not in str(refused.value)
