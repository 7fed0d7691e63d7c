"""An `IdentityProvider` for OpenID Connect: it returns the address for signing in, and redeems the code."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlencode

from anninh_core.authenticators.oidc.config import OidcConfig
from anninh_core.authenticators.oidc.discovery import Discovery
from anninh_core.authenticators.oidc.http import ProviderHttp
from anninh_core.authenticators.oidc.id_token import check_access_token, check_claims, read_claims, shows_second_factor
from anninh_core.kernel.errors import NotSignedIn, ServiceUnavailable
from anninh_core.ports.identity_provider import KnownIdentity, SignInAttempt

if TYPE_CHECKING:
    import httpx

_LONGEST_CODE = 2000


class OidcProvider:
    """An `IdentityProvider` for OpenID Connect. Threads may share it.

    Args:
        transport: HTTP transport; tests replace it.
    """

    def __init__(self, config: OidcConfig, transport: "httpx.BaseTransport | None" = None) -> None:
        self._config = config
        self._transport = transport

    def authorization_url(self, attempt: SignInAttempt, *, fresh: bool, at: datetime) -> str:
        """Return the address at which a person signs in; see the port."""
        address = self._discovery.document(at).authorization_endpoint
        parameters = {
            "response_type": "code",
            "client_id": self._config.client_id,
            "redirect_uri": self._config.redirect_uri,
            "scope": " ".join(self._config.scopes),
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": compute_code_challenge(attempt.verifier),
            "code_challenge_method": "S256",
        }
        if fresh:
            parameters |= {"prompt": "login", "max_age": "0"}
            if self._config.second_factor_acr:
                parameters["acr_values"] = " ".join(sorted(self._config.second_factor_acr))
        return f"{address}{'&' if '?' in address else '?'}{urlencode(parameters)}"

    def identify(self, attempt: SignInAttempt, code: str, issuer: str, at: datetime) -> KnownIdentity:
        """Redeem a code and return the identity that the provider asserts; see the port."""
        document = self._discovery.document(at)
        if (issuer or document.names_itself) and issuer != self._config.issuer:
            raise NotSignedIn("The response came from another issuer.")
        if not code or len(code) > _LONGEST_CODE or not code.isprintable() or not code.isascii():
            raise NotSignedIn("The sign-in service returned no valid code.")
        tokens = self._redeem_code(document.token_endpoint, attempt, code)
        algorithm, claims = read_claims(tokens.get("id_token"), self._config, self._discovery, at)
        check_claims(claims, self._config, attempt, at)
        check_access_token(claims, algorithm, tokens.get("access_token"))
        return KnownIdentity(
            officer=self._find_officer(claims),
            named_by=self._config.named_by,
            second_factor=shows_second_factor(claims, self._config, attempt, at),
        )

    def _redeem_code(self, address: str, attempt: SignInAttempt, code: str) -> Mapping[str, Any]:
        config = self._config
        secret = self._config.read_secret()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": config.redirect_uri,
            "code_verifier": attempt.verifier,
        }
        headers: dict[str, str] = {}
        if secret and not config.secret_in_body:
            pair = f"{quote_plus(config.client_id)}:{quote_plus(secret)}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            form["client_id"] = config.client_id
            if secret:
                form["client_secret"] = secret
        status, response = self._http.post(address, form, headers)
        if status == 200:
            return response
        if response.get("error") == "invalid_grant":
            raise NotSignedIn("The sign-in service rejected the code (invalid_grant).")
        raise ServiceUnavailable(
            "The sign-in service rejected the request of this system (status {status}): check `client_id`, "
            "`client_secret` and `client_auth` in [sign_in.oidc].",
            status=status,
        )

    def _find_officer(self, claims: Mapping[str, Any]) -> str:
        """Return the value of the claim that identifies the officer."""
        name = claims.get(self._config.officer_claim)
        if not isinstance(name, str) or not name:
            raise NotSignedIn(
                "The ID token has no claim that names an officer: check `officer_claim` in [sign_in.oidc]."
            )
        if self._config.officer_claim == "email" and claims.get("email_verified") is not True:
            raise NotSignedIn("The sign-in service hasn't verified the e-mail address that names the officer.")
        return name

    @cached_property
    def _http(self) -> ProviderHttp:
        return ProviderHttp(self._transport, self._config.proxy)

    @cached_property
    def _discovery(self) -> Discovery:
        return Discovery(self._config.issuer, self._http)


def compute_code_challenge(verifier: str) -> str:
    """Return the code challenge of a verifier (RFC 7636, S256)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
