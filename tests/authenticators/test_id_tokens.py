"""An id token is accepted only if the service signed it, for us, in this sign-in attempt, and it is valid."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey
from tests.authenticators.conftest import sign_in
from tests.support.identity_provider import PretendProvider, new_key, public_part, sign_token
from tests.support.sign_in import AccountHolder

from anninh_core.app import App
from anninh_core.kernel.errors import NotSignedIn
from anninh_core.testing import FixedClock

NOW = 1_630_458_000
"""The clock's time: 1 September 2021, 8 o'clock in Vietnam."""

HEADER = b'{"alg":"HS256","kid":"one"}'
WORDS = "Your sign-in data is wrong or has expired: sign in again"


def read_journal(app: App) -> str:
    return b"".join(line.content for line in app.internals.context.storage.journal.read(limit=1000)).decode()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"iss": "https://elsewhere.example"}, "another issuer"),
        ({"iss": None}, "another issuer"),
        ({"iss": ["x"]}, "another issuer"),
        ({"aud": "another-program"}, "for another program"),
        ({"aud": None}, "for another program"),
        ({"aud": []}, "for another program"),
        ({"aud": {"anninh-office": 1}}, "for another program"),
        ({"aud": ["anninh-office", "another"]}, "issued to another program"),
        ({"aud": ["anninh-office", "another"], "azp": "another"}, "issued to another program"),
        ({"azp": "another"}, "issued to another program"),
        ({"nonce": "of a colleague"}, "belongs to another sign-in attempt"),
        ({"nonce": None}, "belongs to another sign-in attempt"),
        ({"nonce": 7}, "belongs to another sign-in attempt"),
        ({"exp": NOW - 30}, "has expired"),
        ({"exp": None}, "has no time as 'exp'"),
        ({"exp": "9999999999"}, "has no time as 'exp'"),
        ({"exp": True}, "has no time as 'exp'"),
        ({"exp": 1e300}, "has an invalid time as 'exp'"),
        ({"exp": float("nan")}, "has an invalid time as 'exp'"),
        ({"iat": NOW - 3600}, "wasn't issued during this sign-in attempt"),
        ({"iat": NOW + 3600}, "wasn't issued during this sign-in attempt"),
        ({"iat": None}, "has no time as 'iat'"),
        ({"nbf": NOW + 3600}, "isn't valid yet"),
        ({"sub": None}, "names no person"),
        ({"sub": ""}, "names no person"),
        ({"at_hash": "wrong"}, "another access token"),
        ({"at_hash": 7}, "another access token"),
        ({"preferred_username": None}, "no claim that names an officer"),
    ],
    ids=str,
)
def test_wrong_claim_is_refused(
    app: App, provider: PretendProvider, lan: AccountHolder, changed: dict[str, Any], why: str
) -> None:
    """A token with one wrong claim is refused; the journal names the claim, the error doesn't."""
    provider.changed = changed
    with pytest.raises(NotSignedIn, match=WORDS):
        sign_in(app, provider)
    assert why in read_journal(app)


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": ["anninh-office"]},
        {"aud": ["anninh-office", "another"], "azp": "anninh-office"},
        {"exp": NOW - 29},
        {"nbf": NOW + 20},
        {"at_hash": None},
        {"iat": NOW - 20},
    ],
    ids=str,
)
def test_unusual_valid_claims_are_accepted(
    app: App, provider: PretendProvider, lan: AccountHolder, changed: dict[str, Any]
) -> None:
    """Several audiences with us as the authorised party, clocks that differ by seconds, and a missing hash are
    accepted.
    """
    provider.changed = changed
    assert sign_in(app, provider).officer == lan.id


def sign_with_none(provider: PretendProvider, claims: dict[str, Any]) -> str:
    whole = sign_token({"alg": "RS256", "kid": "one"}, claims, provider.key)
    header = "eyJhbGciOiJub25lIiwia2lkIjoib25lIn0"  # This is {"alg":"none","kid":"one"} in base64url.
    return f"{header}.{whole.split('.')[1]}."


def sign_with_public_key(provider: PretendProvider, claims: dict[str, Any]) -> str:
    body = sign_token({"alg": "RS256", "kid": "one"}, claims, provider.key).split(".")[1]
    signed = f"{encode_base64url(HEADER)}.{body}"
    return f"{signed}.{encode_base64url(hmac.digest(provider.key.as_pem(private=False), signed.encode(), 'sha256'))}"


def encode_base64url(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def sign_with_foreign_key(provider: PretendProvider, claims: dict[str, Any]) -> str:
    return sign_token({"alg": "RS256", "kid": "one"}, claims, new_key("one"))


def sign_with_embedded_key(provider: PretendProvider, claims: dict[str, Any]) -> str:
    key = new_key("mine")
    return sign_token({"alg": "RS256", "jwk": public_part(key)}, claims, key)


def sign_with_unknown_key(provider: PretendProvider, claims: dict[str, Any]) -> str:
    return sign_token({"alg": "RS256", "kid": "two"}, claims, new_key("two"))


def sign_access_token(provider: PretendProvider, claims: dict[str, Any]) -> str:
    return sign_token({"alg": "RS256", "kid": "one", "typ": "at+jwt"}, claims, provider.key)


def sign_with_critical_header(provider: PretendProvider, claims: dict[str, Any]) -> str:
    return sign_token({"alg": "RS256", "kid": "one", "crit": ["b64"], "b64": True}, claims, provider.key)


def exchange_body(provider: PretendProvider, claims: dict[str, Any]) -> str:
    head, _, end = sign_token({"alg": "RS256", "kid": "one"}, claims, provider.key).split(".")
    _, body, _ = sign_token({"alg": "RS256", "kid": "one"}, {**claims, "sub": "8"}, provider.key).split(".")
    return f"{head}.{body}.{end}"


def sign_with_other_algorithm(provider: PretendProvider, claims: dict[str, Any]) -> str:
    return sign_token({"alg": "RS512", "kid": "one"}, claims, provider.key)


def sign_claims_in_list(provider: PretendProvider, claims: dict[str, Any]) -> str:
    return sign_token({"alg": "RS256", "kid": "one"}, [claims], provider.key)  # type: ignore[arg-type]


def return_empty_token(provider: PretendProvider, claims: dict[str, Any]) -> str:
    return ""


def sign_oversized(provider: PretendProvider, claims: dict[str, Any]) -> str:
    return sign_token({"alg": "RS256", "kid": "one"}, {**claims, "x": "x" * 40_000}, provider.key)


FORGERIES: tuple[Callable[[PretendProvider, dict[str, Any]], str], ...] = (
    sign_with_none,
    sign_with_public_key,
    sign_with_foreign_key,
    sign_with_embedded_key,
    sign_with_unknown_key,
    sign_access_token,
    sign_with_critical_header,
    exchange_body,
    sign_with_other_algorithm,
    sign_claims_in_list,
    return_empty_token,
    sign_oversized,
    lambda _, __: "a.b.c",
    lambda _, __: "đ",
)


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_wrong_signature_is_refused(
    app: App, provider: PretendProvider, lan: AccountHolder, forge: Callable[[PretendProvider, dict[str, Any]], str]
) -> None:
    """A token is refused if it is unsigned, altered, or signed with the wrong key or algorithm."""
    provider.sign = forge
    with pytest.raises(NotSignedIn, match=WORDS):
        sign_in(app, provider)
    assert "ID token" in read_journal(app)


@pytest.mark.parametrize(
    "change",
    [{"use": "enc"}, {"alg": "RS512"}, {"kty": "oct", "k": "c2VjcmV0"}, {"n": "AQAB"}, {"n": 7}, {"kid": "two"}],
    ids=str,
)
def test_unsuitable_key_is_refused(
    app: App, provider: PretendProvider, lan: AccountHolder, change: dict[str, Any]
) -> None:
    """A token is refused if the service's key is for encryption, for another algorithm, a shared secret, or too
    short.
    """
    provider.published = [{**public_part(provider.key), **change}]
    with pytest.raises(NotSignedIn, match=WORDS):
        sign_in(app, provider)


def test_new_key_is_fetched(app: App, provider: PretendProvider, lan: AccountHolder, clock: FixedClock) -> None:
    """A new key of the service is fetched; for an unknown key id, once a minute at most."""
    sign_in(app, provider)
    sign_in(app, provider)
    assert provider.asked.count("/jwks") == 1

    provider.key = new_key("two")
    provider.header = {"alg": "RS256", "kid": "two"}
    clock.advance(timedelta(minutes=2))
    assert sign_in(app, provider).officer == lan.id
    assert provider.asked.count("/jwks") == 2

    provider.sign = sign_with_other_kid
    for _ in range(3):
        with pytest.raises(NotSignedIn):
            sign_in(app, provider)
    assert provider.asked.count("/jwks") == 2


def sign_with_other_kid(provider: PretendProvider, claims: dict[str, Any]) -> str:
    return sign_token({"alg": "RS256", "kid": "three"}, claims, provider.key)


def test_withdrawn_key_expires_within_an_hour(
    app: App, provider: PretendProvider, lan: AccountHolder, clock: FixedClock
) -> None:
    """A withdrawn key of the service is refused after an hour at the latest."""
    sign_in(app, provider)
    provider.published = [public_part(new_key("two"))]
    clock.advance(timedelta(hours=1))
    with pytest.raises(NotSignedIn, match=WORDS):
        sign_in(app, provider)


def test_elliptic_curve_key_is_accepted(app: App, provider: PretendProvider, lan: AccountHolder) -> None:
    """A token signed with ES256 is accepted."""
    provider.key = ECKey.generate_key("P-256", {"kid": "ec"})
    provider.header = {"alg": "ES256", "kid": "ec"}
    assert sign_in(app, provider).officer == lan.id


def test_token_without_key_id_needs_single_key(app: App, provider: PretendProvider, lan: AccountHolder) -> None:
    """A token without a key id is refused if the service has several keys."""
    provider.header = {"alg": "RS256"}
    provider.published = [public_part(provider.key), public_part(new_key("two"))]
    with pytest.raises(NotSignedIn, match=WORDS):
        sign_in(app, provider)
    assert "exactly one of the sign-in service's keys, but 2 of them match" in read_journal(app)
