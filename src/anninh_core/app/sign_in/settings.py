"""Settings of sign-in methods that other systems provide."""

from pathlib import Path
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from anninh_core.ports.identity_provider import NamedBy

SECRET_SOURCE = r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+|credential:[A-Za-z0-9_.@-]+|)$"  # noqa: S105  where one comes from

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]


class _Strict(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class OidcSettings(_Strict):
    """The authority's sign-in service, by OpenID Connect. Requires `pip install 'anninh[oidc]'`.

    Attributes:
        issuer: the service's issuer identifier, exactly as the service writes it: an https address. Its configuration
            document is read below that address.
        client_id: id of this office at the service.
        client_secret: source of the secret that authenticates this office to the service: `env:VARIABLE`, `file:PATH`
            or `credential:NAME` (of systemd); "" if the service requires none.
        client_auth: how the secret is sent, as the service requires.
        redirect_uri: address that the service sends people back to: a page of the program that signs them in.
        scopes: requested scopes, including `openid`.
        officer_claim: claim that identifies the officer. People must not be able to change it themselves.
        named_by: content of the claim: `sign_in_name`, exactly and in small letters, or `officer_id`.
        algorithms: allowed signature algorithms of the service.
        second_factor_amr: values of the claim `amr` that prove a second factor. They count only if `auth_time` shows
            that it was used in the same sign-in.
        second_factor_acr: values of the claim `acr` that prove a second factor, with the same condition.
        proxy: address of the HTTP proxy for requests to the service, such as `http://proxy.example:3128`, with a name
            and a password before the host if the proxy requires them; "" for none. The environment's proxies aren't
            used.
    """

    issuer: str
    client_id: str = Field(min_length=1)
    client_secret: str = Field(default="", pattern=SECRET_SOURCE)
    client_auth: Literal["client_secret_basic", "client_secret_post"] = "client_secret_basic"
    redirect_uri: str
    scopes: tuple[str, ...] = ("openid",)
    officer_claim: str = Field(default="preferred_username", min_length=1)
    named_by: NamedBy = NamedBy.SIGN_IN_NAME
    algorithms: tuple[Algorithm, ...] = ("RS256", "ES256", "PS256")
    second_factor_amr: tuple[str, ...] = ()
    second_factor_acr: tuple[str, ...] = ()
    proxy: str = Field(default="", repr=False)

    def resolve_paths(self, folder: Path) -> "OidcSettings":
        """Return the settings with relative paths resolved against a folder."""
        kind, _, path = self.client_secret.partition(":")
        return self.model_copy(update={"client_secret": f"file:{folder / path}"}) if kind == "file" else self


class ProxySettings(_Strict):
    """A reverse proxy that authenticates people, and names the caller of the JSON API in a header.

    It must remove that header from incoming requests, or callers can pose as any officer. From other addresses the
    header is ignored.

    Attributes:
        networks: addresses from which the proxy connects, such as `10.0.0.5/32`; every program there is trusted.
        header: header that identifies the officer.
        named_by: content of the header: `sign_in_name`, exactly and in small letters, or `officer_id`.
        second_factor_header: header with the time at which a second factor was used, in seconds since 1970; "" for
            none: use cases that require a second factor then require a sign-in here.
        origins: origins of pages that may call through a browser that doesn't send `Sec-Fetch-Site`, such as
            `https://office.example`.
    """

    networks: tuple[str, ...] = Field(min_length=1)
    header: str
    named_by: NamedBy = NamedBy.SIGN_IN_NAME
    second_factor_header: str = ""
    origins: tuple[str, ...] = ()


class PasskeySettings(_Strict):
    """Settings of passkeys. Requires `pip install 'anninh[passkeys]'`.

    Attributes:
        rp_id: domain that passkeys belong to, such as `office.example`. Passkeys of another domain never match: after a
            change, all users must create new passkeys.
        rp_name: name of the office on devices; default: its name in the profile.
        origins: origins of the pages with the sign-in, such as `https://office.example`.
    """

    rp_id: str = Field(pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")
    rp_name: str = ""
    origins: tuple[str, ...] = Field(min_length=1)
