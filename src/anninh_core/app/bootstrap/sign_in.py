"""Builds the sign-in methods that the settings enable. Their dependencies are imported at the first sign-in."""

import os
import re
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from anninh_core.app.bootstrap.passphrase import CREDENTIALS, read_first_line
from anninh_core.app.settings import SignInSettings
from anninh_core.app.sign_in.settings import OidcSettings, PasskeySettings, ProxySettings
from anninh_core.authenticators.proxy import ProxyRules, build_proxy_rules
from anninh_core.domain.accounts.credentials.passkeys import PasskeyRules
from anninh_core.kernel.errors import ConfigurationError, MissingExtra
from anninh_core.kernel.text import is_blank
from anninh_core.ports.identity_provider import IdentityProvider
from anninh_core.workflows.accounts.outside import OutsideSignIns

_HOST = re.compile(r"[a-z0-9.-]+")


def build_external_sign_ins(settings: SignInSettings, provider: IdentityProvider | None, office: str) -> OutsideSignIns:
    """Return the sign-in methods that the settings enable.

    Args:
        provider: replaces the identity provider of the settings, if given.
        office: display name of the office.

    Raises:
        ConfigurationError: a setting is invalid.
        MissingExtra: a needed package isn't installed.
    """
    return OutsideSignIns(
        provider=provider or build_provider(settings.oidc),
        proxy=build_proxy(settings.proxy),
        passkeys=build_passkeys(settings.passkeys, office),
        rules=settings.to_rules(),
    )


def build_passkeys(settings: PasskeySettings | None, office: str) -> PasskeyRules | None:
    """Return the passkey settings, or None.

    Raises:
        ConfigurationError: an origin doesn't belong to the domain.
        MissingExtra: the package for passkeys isn't installed.
    """
    if settings is None:
        return None
    if find_spec("webauthn") is None:
        raise MissingExtra("signing in by a passkey", "passkeys")
    for origin in settings.origins:
        if not _is_page_of(origin, settings.rp_id):
            raise ConfigurationError(
                "The setting `sign_in.passkeys.origins` has {origin!r}, which isn't an https:// address of "
                "{domain} or of a domain below it: write for instance https://{domain}.",
                origin=origin,
                domain=settings.rp_id,
            )
    return PasskeyRules(rp_id=settings.rp_id, rp_name=settings.rp_name or office, origins=settings.origins)


def _is_page_of(origin: str, domain: str) -> bool:
    """Return whether `origin`, exactly as browsers write it, belongs to `domain` or to a domain below it."""
    scheme, _, rest = origin.partition("://")
    host, _, port = rest.partition(":")
    is_below = host == domain or host.endswith(f".{domain}")
    is_secure = scheme == "https" or (scheme == "http" and host == "localhost")
    return is_secure and is_below and bool(_HOST.fullmatch(host)) and (not port or port.isdecimal())


def build_proxy(settings: ProxySettings | None) -> ProxyRules | None:
    """Return the trusted-proxy settings, or None.

    Raises:
        ConfigurationError: a setting is invalid.
    """
    if settings is None:
        return None
    return build_proxy_rules(
        settings.networks,
        settings.header,
        settings.named_by,
        settings.second_factor_header,
        settings.origins,
    )


def build_provider(settings: OidcSettings | None) -> IdentityProvider | None:
    """Return the authority's identity provider, or None.

    Raises:
        ConfigurationError: a setting is invalid.
        MissingExtra: a package for OpenID Connect isn't installed.
    """
    if settings is None:
        return None
    if find_spec("joserfc") is None or find_spec("httpx") is None:
        raise MissingExtra("signing in by OpenID Connect", "oidc")
    from anninh_core.authenticators.oidc.client import OidcProvider  # noqa: PLC0415  few offices have one
    from anninh_core.authenticators.oidc.config import OidcConfig  # noqa: PLC0415  as above

    return OidcProvider(
        OidcConfig(
            issuer=settings.issuer,
            client_id=settings.client_id,
            read_secret=partial(_read_secret, settings.client_secret),
            secret_in_body=settings.client_auth == "client_secret_post",
            redirect_uri=settings.redirect_uri,
            scopes=settings.scopes,
            officer_claim=settings.officer_claim,
            named_by=settings.named_by,
            algorithms=settings.algorithms,
            second_factor_amr=frozenset(settings.second_factor_amr),
            second_factor_acr=frozenset(settings.second_factor_acr),
            proxy=settings.proxy,
        )
    )


def _read_secret(source: str) -> str:
    """Return the secret that a setting leads to; a file that any user may read is refused.

    It is read at sign-in, because most programs that open an office don't need it.
    """
    kind, _, name = source.partition(":")
    if not source:
        return ""
    if kind == "env":
        secret = os.environ.get(name, "")
        if is_blank(secret):
            raise ConfigurationError(
                "The setting `sign_in.oidc.client_secret` names the environment variable {variable}, which "
                "isn't set or is blank: set it.",
                variable=name,
            )
        return secret
    folder = os.environ.get(CREDENTIALS, "")
    if kind == "credential" and not folder:
        raise ConfigurationError(
            "The setting `sign_in.oidc.client_secret` names the credential {credential}, but ${variable} "
            "isn't set: run this program as a systemd service that loads the credential.",
            credential=name,
            variable=CREDENTIALS,
        )
    return read_first_line(Path(folder) / name if kind == "credential" else Path(name), private=True)
