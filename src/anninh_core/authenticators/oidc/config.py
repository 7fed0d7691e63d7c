"""Configuration of an OpenID Connect provider."""

from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from attrs import field, frozen

from anninh_core.kernel.errors import ConfigurationError
from anninh_core.ports.identity_provider import NamedBy

ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"})
"""Allowed signature algorithms. All are asymmetric, so that only the provider has the private key; algorithms with
shared secrets and "none" are refused.
"""


@frozen(kw_only=True)
class OidcConfig:
    """Configuration of a provider, and of this office's registration there.

    Attributes:
        issuer: issuer identifier, exactly as the provider writes it; an https address, or an http address of this
            machine.
        client_id: id of this office at the provider.
        read_secret: returns the client secret; "" if PKCE is enough for the provider.
        secret_in_body: whether the secret is sent in the body (`client_secret_post`) instead of a header.
        officer_claim: claim that identifies the officer.
        named_by: kind of name in that claim.
        algorithms: allowed signature algorithms of an ID token.
        second_factor_amr: values of `amr` that prove a second factor.
        second_factor_acr: values of `acr` that prove a second factor.
        proxy: HTTP proxy for requests to the provider, "" for none. It may contain a name and a password.

    Raises:
        ConfigurationError: a value is invalid.
    """

    issuer: str
    client_id: str
    read_secret: Callable[[], str] = field(default=str, repr=False)
    secret_in_body: bool = False
    redirect_uri: str
    scopes: tuple[str, ...] = ("openid",)
    officer_claim: str = "preferred_username"
    named_by: NamedBy = NamedBy.SIGN_IN_NAME
    algorithms: tuple[str, ...] = ("RS256", "ES256", "PS256")
    second_factor_amr: frozenset[str] = frozenset()
    second_factor_acr: frozenset[str] = frozenset()
    proxy: str = field(default="", repr=False)

    def __attrs_post_init__(self) -> None:
        if not is_safe_url(self.issuer, http_on=self.issuer) or self.issuer.endswith(".well-known"):
            raise ConfigurationError(
                "`sign_in.oidc.issuer` can't be {issuer!r}: use the https address that the sign-in service "
                "names as its issuer.",
                issuer=self.issuer,
            )
        if not is_safe_url(self.redirect_uri, http_on=self.redirect_uri):
            raise ConfigurationError(
                "`sign_in.oidc.redirect_uri` can't be {redirect_uri!r}: use an https address, or an http "
                "address of this machine.",
                redirect_uri=self.redirect_uri,
            )
        if self.proxy and not _is_proxy_url(self.proxy):
            raise ConfigurationError(
                "`sign_in.oidc.proxy` isn't the address of an HTTP proxy: write it as http://HOST:PORT, with "
                "a name and a password before the host if the proxy requires them."
            )
        if "openid" not in self.scopes:
            raise ConfigurationError(
                "`sign_in.oidc.scopes` lacks `openid`, without which the sign-in service doesn't identify "
                "people: add it."
            )
        if unknown := set(self.algorithms) - ALGORITHMS or (not self.algorithms and {"none"}):
            raise ConfigurationError(
                "`sign_in.oidc.algorithms` can't contain {unsupported}: choose one or more of {allowed}.",
                unsupported=sorted(unknown),
                allowed=sorted(ALGORITHMS),
            )


def _is_proxy_url(url: str) -> bool:
    """Return whether `url` is the address of an HTTP proxy: a host and perhaps a port, without path or query."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    names_page = parts.path not in ("", "/") or parts.query or parts.fragment
    is_plain = url.isascii() and not any(sign.isspace() for sign in url)
    return is_plain and parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0 and not names_page


def is_safe_url(url: str, *, http_on: str) -> bool:
    """Return whether `url` is an https address, or an http address of this machine if `http_on` is one too.

    Unencrypted responses from other machines aren't trusted, because third parties can alter them.
    """
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and parts.username is None and not parts.fragment and parts.port != 0
    except ValueError:
        return False
    if not has_host or any(sign.isspace() or not sign.isascii() for sign in url):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_local(url) and _is_local(http_on))


def _is_local(url: str) -> bool:
    parts = urlsplit(url)
    try:
        return parts.scheme == "http" and ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.scheme == "http" and parts.hostname == "localhost"
