"""Checks of an ID token (OpenID Connect Core 3.1.3.7): signature, audience, sign-in attempt, times.

Errors go to the audit log without any value of the token, because strangers can write these.
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
"""Allowed difference between the provider's clock and this machine's."""

_LONGEST = 32_768
_KEY_TYPES: Mapping[str, str] = {"RS": "RSA", "PS": "RSA", "ES": "EC"}
_CURVES: Mapping[str, str] = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
_HASHES: Mapping[str, Any] = {"256": sha256, "384": sha384, "512": sha512}
_LEAST_BYTES = 256  # Least length in bytes of an RSA key's modulus, for keys of 2048 bits.


def read_claims(token: object, config: OidcConfig, discovery: Discovery, at: datetime) -> tuple[str, Mapping[str, Any]]:
    """Verify the signature of a token, and return its algorithm and claims.

    Raises:
        NotSignedIn: it isn't signed with a key of the provider and an allowed algorithm.
        ServiceUnavailable: the provider's keys can't be fetched.
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
        key = discovery.find_key(lambda key: _can_verify(key, header.get("kid"), algorithm), at)
        token_content = jwt.decode(token, jwk.import_key(dict(key)), algorithms=[algorithm], registry=registry)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        problem = type(error).__name__
    else:
        return algorithm, token_content.claims
    raise NotSignedIn("The signature of the ID token can't be verified ({reason}).", reason=problem)


def check_claims(claims: Mapping[str, Any], config: OidcConfig, attempt: SignInAttempt, at: datetime) -> None:
    """Check that a verified token is for this office and this attempt, and currently valid.

    Raises:
        NotSignedIn: a check failed.
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
    if at >= _read_time(claims, "exp") + LEEWAY:
        raise NotSignedIn("The ID token has expired.")
    if not attempt.began_at - LEEWAY <= _read_time(claims, "iat") <= at + LEEWAY:
        raise NotSignedIn("The ID token wasn't issued during this sign-in attempt.")
    if "nbf" in claims and _read_time(claims, "nbf") > at + LEEWAY:
        raise NotSignedIn("The ID token isn't valid yet.")
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise NotSignedIn("The ID token names no person.")


def check_access_token(claims: Mapping[str, Any], algorithm: str, access_token: object) -> None:
    """Check that the access token belongs to the ID token, if the ID token has its hash.

    Raises:
        NotSignedIn: it is another access token.
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
    """Return whether a second factor was used in this attempt; earlier use doesn't count, as providers remember people
    for days.
    """
    methods = claims.get("amr")
    by_method = isinstance(methods, list) and any(
        method in config.second_factor_amr for method in methods if isinstance(method, str)
    )
    context = claims.get("acr")
    by_context = isinstance(context, str) and context in config.second_factor_acr
    if not (by_method or by_context) or "auth_time" not in claims:
        return False
    return attempt.began_at - LEEWAY <= _read_time(claims, "auth_time") <= at + LEEWAY


def _require_header(header: Mapping[str, Any], config: OidcConfig) -> str:
    """Return the algorithm in the token's header, after checking the header, which a stranger may have written."""
    algorithm = header.get("alg")
    type = header.get("typ", "JWT")
    if algorithm not in config.algorithms or not isinstance(algorithm, str):
        raise NotSignedIn("The ID token is signed with an algorithm that `sign_in.oidc.algorithms` doesn't allow.")
    if not isinstance(type, str) or type.upper() != "JWT" or "crit" in header:
        raise NotSignedIn("The token isn't an ID token.")
    return algorithm


def _can_verify(key: Mapping[str, Any], kid: object, algorithm: str) -> bool:
    """Return whether a key of the provider can verify a token with this key id and algorithm."""
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


def _read_time(claims: Mapping[str, Any], name: str) -> datetime:
    """Return the time in the claim `name`, in UTC."""
    seconds = claims.get(name)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise NotSignedIn("The ID token has no time as {claim!r}.", claim=name)
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise NotSignedIn("The ID token has an invalid time as {claim!r}.", claim=name) from None
