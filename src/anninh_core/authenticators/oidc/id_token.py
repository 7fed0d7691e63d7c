"""Checks of an id token (OpenID Connect Core 3.1.3.7): who signed it, for whom, about which try, and when.

What is wrong is said for the journal, without any value of the token: strangers write these.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256, sha384, sha512
from typing import Any

from anninh_core.authenticators.oidc.config import OidcConfig
from anninh_core.authenticators.oidc.discovery import Discovery
from anninh_core.kernel.errors import MissingExtra, NotSignedIn
from anninh_core.ports.identity_provider import SignInAttempt

LEEWAY = timedelta(seconds=30)
"""By which the provider's clock and ours may differ."""

_LONGEST = 32_768
_KEY_TYPES: Mapping[str, str] = {"RS": "RSA", "PS": "RSA", "ES": "EC"}
_CURVES: Mapping[str, str] = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
_HASHES: Mapping[str, Any] = {"256": sha256, "384": sha384, "512": sha512}
_LEAST_BYTES = 256  # of an RSA key's modulus: 2048 bits


def read_claims(token: object, config: OidcConfig, discovery: Discovery, at: datetime) -> tuple[str, Mapping[str, Any]]:
    """Return algorithm and claims of a token that the provider signed.

    Raises:
        NotSignedIn: it isn't signed by a key of the provider, in a way that the settings allow.
        ServiceUnavailable: the provider doesn't tell its keys.
        MissingExtra: joserfc isn't installed.
    """
    try:
        from joserfc import jwk, jws, jwt  # noqa: PLC0415  only where somebody signs in by a provider
        from joserfc.errors import JoseError  # noqa: PLC0415  as above
    except ImportError:
        raise MissingExtra("signing in by OpenID Connect", "oidc") from None
    if not isinstance(token, str) or not token.isascii() or len(token) > _LONGEST:
        raise NotSignedIn("The sign-in service returned no ID token.")
    registry = jws.JWSRegistry(algorithms=config.algorithms, strict_check_header=False)
    try:
        header = jws.extract_compact(token.encode()).headers()
        algorithm = _require_header(header, config)
        key = discovery.find_key(lambda key: _fits(key, header.get("kid"), algorithm), at)
        shown = jwt.decode(token, jwk.import_key(dict(key)), algorithms=[algorithm], registry=registry)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        problem = type(error).__name__
    else:
        return algorithm, shown.claims
    raise NotSignedIn("The signature of the ID token can't be verified ({reason}).", reason=problem)


def check_claims(claims: Mapping[str, Any], config: OidcConfig, attempt: SignInAttempt, at: datetime) -> None:
    """Check that a signed token is for us, about this try, and holds.

    Raises:
        NotSignedIn: it isn't, or doesn't.
    """
    if claims.get("iss") != config.issuer:
        raise NotSignedIn("The ID token is from another issuer.")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if config.client_id not in audiences:
        raise NotSignedIn("The ID token is for another program.")
    if (len(audiences) > 1 or "azp" in claims) and claims.get("azp") != config.client_id:
        raise NotSignedIn("The ID token was issued to another program.")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), attempt.nonce.encode()):
        raise NotSignedIn("The ID token belongs to another sign-in attempt.")
    if at >= _moment(claims, "exp") + LEEWAY:
        raise NotSignedIn("The ID token has expired.")
    if not attempt.began_at - LEEWAY <= _moment(claims, "iat") <= at + LEEWAY:
        raise NotSignedIn("The ID token wasn't issued during this sign-in attempt.")
    if "nbf" in claims and _moment(claims, "nbf") > at + LEEWAY:
        raise NotSignedIn("The ID token isn't valid yet.")
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise NotSignedIn("The ID token names no person.")


def check_access_token(claims: Mapping[str, Any], algorithm: str, access_token: object) -> None:
    """Check that an access token is the one that the id token came with, where the id token says so.

    Raises:
        NotSignedIn: it is another.
    """
    if "at_hash" not in claims:
        return
    expected = claims["at_hash"]
    if not isinstance(access_token, str) or not isinstance(expected, str):
        raise NotSignedIn("The ID token was issued with another access token.")
    digest = _HASHES[algorithm[2:]](access_token.encode(errors="replace")).digest()
    half = urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=")
    if not hmac.compare_digest(half, expected.encode(errors="replace")):
        raise NotSignedIn("The ID token was issued with another access token.")


def shows_second_factor(claims: Mapping[str, Any], config: OidcConfig, attempt: SignInAttempt, at: datetime) -> bool:
    """Tell whether a second factor was shown in this very try: a provider remembers people for days."""
    methods = claims.get("amr")
    by_method = isinstance(methods, list) and any(
        method in config.second_factor_amr for method in methods if isinstance(method, str)
    )
    context = claims.get("acr")
    by_context = isinstance(context, str) and context in config.second_factor_acr
    if not (by_method or by_context) or "auth_time" not in claims:
        return False
    return attempt.began_at - LEEWAY <= _moment(claims, "auth_time") <= at + LEEWAY


def _require_header(header: Mapping[str, Any], config: OidcConfig) -> str:
    """Return the algorithm of a token's header, which a stranger may have written."""
    algorithm = header.get("alg")
    type = header.get("typ", "JWT")
    if algorithm not in config.algorithms or not isinstance(algorithm, str):
        raise NotSignedIn("The ID token is signed with an algorithm that `sign_in.oidc.algorithms` doesn't allow.")
    if not isinstance(type, str) or type.upper() != "JWT" or "crit" in header:
        raise NotSignedIn("The token isn't an ID token.")
    return algorithm


def _fits(key: Mapping[str, Any], kid: object, algorithm: str) -> bool:
    """Tell whether a key of the provider may have signed a token."""
    if key.get("kty") != _KEY_TYPES[algorithm[:2]] or (kid is not None and key.get("kid") != kid):
        return False
    if key.get("use", "sig") != "sig" or key.get("alg", algorithm) != algorithm:
        return False
    if algorithm in _CURVES:
        return key.get("crv") == _CURVES[algorithm]
    return _modulus_bytes(key.get("n")) >= _LEAST_BYTES


def _modulus_bytes(text: object) -> int:
    if not isinstance(text, str):
        return 0
    try:
        return len(urlsafe_b64decode(text + "=" * (-len(text) % 4)).lstrip(b"\0"))
    except ValueError:
        return 0


def _moment(claims: Mapping[str, Any], name: str) -> datetime:
    """Return a moment that a claim names, in UTC."""
    seconds = claims.get(name)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise NotSignedIn("The ID token has no time as {claim!r}.", claim=name)
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise NotSignedIn("The ID token has an invalid time as {claim!r}.", claim=name) from None
