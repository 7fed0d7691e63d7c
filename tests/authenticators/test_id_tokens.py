"""An id token is believed if the service signed it, for us, about this try, and it holds; nothing else is."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey
from tests.authenticators.conftest import sign_in
from tests.support.identity_provider import PretendProvider, new_key, public, serialize
from tests.support.sign_in import Holder

from anninh_core.app import App
from anninh_core.kernel.errors import NotSignedIn
from anninh_core.testing import FixedClock

NOW = 1_630_458_000
"""The moment of the clock: 1 September 2021, 8 o'clock in Vietnam."""

HEADER = b'{"alg":"HS256","kid":"one"}'
WORDS = "Your sign-in data is wrong or has expired: sign in again"


def journal(app: App) -> str:
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
def test_what_a_token_says_is_checked(
    app: App, provider: PretendProvider, lan: Holder, changed: dict[str, Any], why: str
) -> None:
    """Each claim by itself, though everything else is right; the journal says which, the answer doesn't."""
    provider.changed = changed
    with pytest.raises(NotSignedIn, match=WORDS):
        sign_in(app, provider)
    assert why in journal(app)


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
def test_what_is_right_in_another_way(
    app: App, provider: PretendProvider, lan: Holder, changed: dict[str, Any]
) -> None:
    """Several audiences of which we are the authorised one, clocks that differ by seconds, no hash."""
    provider.changed = changed
    assert sign_in(app, provider).officer == lan.id


def by_nobody(provider: PretendProvider, claims: dict[str, Any]) -> str:
    whole = serialize({"alg": "RS256", "kid": "one"}, claims, provider.key)
    header = "eyJhbGciOiJub25lIiwia2lkIjoib25lIn0"  # {"alg":"none","kid":"one"}
    return f"{header}.{whole.split('.')[1]}."


def by_public_key(provider: PretendProvider, claims: dict[str, Any]) -> str:
    body = serialize({"alg": "RS256", "kid": "one"}, claims, provider.key).split(".")[1]
    signed = f"{encode(HEADER)}.{body}"
    return f"{signed}.{encode(hmac.digest(provider.key.as_pem(private=False), signed.encode(), 'sha256'))}"


def encode(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def by_another(provider: PretendProvider, claims: dict[str, Any]) -> str:
    return serialize({"alg": "RS256", "kid": "one"}, claims, new_key("one"))


def by_its_own_key(provider: PretendProvider, claims: dict[str, Any]) -> str:
    key = new_key("mine")
    return serialize({"alg": "RS256", "jwk": public(key)}, claims, key)


def by_an_unknown_key(provider: PretendProvider, claims: dict[str, Any]) -> str:
    return serialize({"alg": "RS256", "kid": "two"}, claims, new_key("two"))


def as_access_token(provider: PretendProvider, claims: dict[str, Any]) -> str:
    return serialize({"alg": "RS256", "kid": "one", "typ": "at+jwt"}, claims, provider.key)


def with_a_demand(provider: PretendProvider, claims: dict[str, Any]) -> str:
    return serialize({"alg": "RS256", "kid": "one", "crit": ["b64"], "b64": True}, claims, provider.key)


def altered(provider: PretendProvider, claims: dict[str, Any]) -> str:
    head, _, end = serialize({"alg": "RS256", "kid": "one"}, claims, provider.key).split(".")
    _, body, _ = serialize({"alg": "RS256", "kid": "one"}, {**claims, "sub": "8"}, provider.key).split(".")
    return f"{head}.{body}.{end}"


def of_another_way(provider: PretendProvider, claims: dict[str, Any]) -> str:
    return serialize({"alg": "RS512", "kid": "one"}, claims, provider.key)


def no_claims(provider: PretendProvider, claims: dict[str, Any]) -> str:
    return serialize({"alg": "RS256", "kid": "one"}, [claims], provider.key)  # type: ignore[arg-type]


def nothing(provider: PretendProvider, claims: dict[str, Any]) -> str:
    return ""


def too_much(provider: PretendProvider, claims: dict[str, Any]) -> str:
    return serialize({"alg": "RS256", "kid": "one"}, {**claims, "x": "x" * 40_000}, provider.key)


FORGERIES: tuple[Callable[[PretendProvider, dict[str, Any]], str], ...] = (
    by_nobody,
    by_public_key,
    by_another,
    by_its_own_key,
    by_an_unknown_key,
    as_access_token,
    with_a_demand,
    altered,
    of_another_way,
    no_claims,
    nothing,
    too_much,
    lambda _, __: "a.b.c",
    lambda _, __: "đ",
)


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_who_signed_is_checked(
    app: App, provider: PretendProvider, lan: Holder, forge: Callable[[PretendProvider, dict[str, Any]], str]
) -> None:
    """Signed by nobody, by a public key as secret, by another's key, in a way that isn't allowed, or altered."""
    provider.sign = forge
    with pytest.raises(NotSignedIn, match=WORDS):
        sign_in(app, provider)
    assert "ID token" in journal(app)


@pytest.mark.parametrize(
    "change",
    [{"use": "enc"}, {"alg": "RS512"}, {"kty": "oct", "k": "c2VjcmV0"}, {"n": "AQAB"}, {"n": 7}, {"kid": "two"}],
    ids=str,
)
def test_a_key_is_good_for_what_it_is_for(
    app: App, provider: PretendProvider, lan: Holder, change: dict[str, Any]
) -> None:
    """One for encryption, for another way of signing, of shared secrets, or too short signs nobody in."""
    provider.published = [{**public(provider.key), **change}]
    with pytest.raises(NotSignedIn, match=WORDS):
        sign_in(app, provider)


def test_a_new_key_is_asked_for(app: App, provider: PretendProvider, lan: Holder, clock: FixedClock) -> None:
    """Where the service has turned its key its keys are read again; while nothing is new, once a minute at most."""
    sign_in(app, provider)
    sign_in(app, provider)
    assert provider.asked.count("/jwks") == 1

    provider.key = new_key("two")
    provider.header = {"alg": "RS256", "kid": "two"}
    clock.advance(timedelta(minutes=2))
    assert sign_in(app, provider).officer == lan.id
    assert provider.asked.count("/jwks") == 2

    provider.sign = by_another_kid
    for _ in range(3):
        with pytest.raises(NotSignedIn):
            sign_in(app, provider)
    assert provider.asked.count("/jwks") == 2


def by_another_kid(provider: PretendProvider, claims: dict[str, Any]) -> str:
    return serialize({"alg": "RS256", "kid": "three"}, claims, provider.key)


def test_a_key_that_was_taken_back_signs_nobody_in(
    app: App, provider: PretendProvider, lan: Holder, clock: FixedClock
) -> None:
    """An hour later at the latest."""
    sign_in(app, provider)
    provider.published = [public(new_key("two"))]
    clock.advance(timedelta(hours=1))
    with pytest.raises(NotSignedIn, match=WORDS):
        sign_in(app, provider)


def test_elliptic_curves_sign_too(app: App, provider: PretendProvider, lan: Holder) -> None:
    """ES256, whose key is of its own curve."""
    provider.key = ECKey.generate_key("P-256", {"kid": "ec"})
    provider.header = {"alg": "ES256", "kid": "ec"}
    assert sign_in(app, provider).officer == lan.id


def test_of_several_keys_without_a_name_none_is_guessed(app: App, provider: PretendProvider, lan: Holder) -> None:
    """A token that names no key is read where there is one key alone."""
    provider.header = {"alg": "RS256"}
    provider.published = [public(provider.key), public(new_key("two"))]
    with pytest.raises(NotSignedIn, match=WORDS):
        sign_in(app, provider)
    assert "exactly one of the sign-in service's keys, but 2 of them match" in journal(app)
