"""Settings of the ways to sign in that other systems answer for."""

from pathlib import Path
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from anninh_core.ports.identity_provider import NamedBy

SECRET_SOURCE = r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+|credential:[A-Za-z0-9_.@-]+|)$"  # noqa: S105  where one comes from

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]


class _Strict(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class OidcSettings(_Strict):
    """The authority's sign-in service, by OpenID Connect. It takes `pip install 'anninh[oidc]'`.

    Attributes:
        issuer: the service's own name, letter for letter: an address by https. What it says of itself is read below.
        client_id: what the service calls this office.
        client_secret: where the secret comes from by which the service knows this office: `env:VARIABLE`, `file:PATH`
            or `credential:NAME` (of systemd); "" where it takes none.
        client_auth: how the secret is shown, as the service wants it.
        redirect_uri: where the service sends people back to: a page of the program that signs them in.
        scopes: what is asked for; `openid` belongs to it.
        officer_claim: the claim that names the officer. It must be one that people can't change by themselves.
        named_by: what the claim has: `sign_in_name`, letter for letter and in small letters, or `officer_id`.
        algorithms: by which the service may sign.
        second_factor_amr: values of the claim `amr` that say that a second factor was shown. It counts only where
            `auth_time` says that this was in the same sign-in.
        second_factor_acr: the same for the claim `acr`.
        proxy: address of the HTTP proxy through which the service is asked, as `http://proxy.example:3128`, with a name
            and a password before the host if it wants them; "" for none. The environment's proxies aren't taken.
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
        """Return the settings with relative paths counted from a folder."""
        kind, _, path = self.client_secret.partition(":")
        return self.model_copy(update={"client_secret": f"file:{folder / path}"}) if kind == "file" else self


class ProxySettings(_Strict):
    """A reverse proxy that signs people in, and says in a header who calls the JSON API.

    It has to take the header off what comes to it, or whoever calls names anybody. From other addresses it is ignored.

    Attributes:
        networks: addresses from which the proxy connects, such as `10.0.0.5/32`; whatever runs there is believed.
        header: the one that names the officer.
        named_by: what stands in it: `sign_in_name`, letter for letter and in small letters, or `officer_id`.
        second_factor_header: the one that says when a second factor was shown, in seconds since 1970; "" for none:
            what takes a second factor then takes a sign-in here.
        origins: pages whose programs may call by a browser that doesn't say from which site (`Sec-Fetch-Site`), such as
            `https://office.example`.
    """

    networks: tuple[str, ...] = Field(min_length=1)
    header: str
    named_by: NamedBy = NamedBy.SIGN_IN_NAME
    second_factor_header: str = ""
    origins: tuple[str, ...] = ()


class PasskeySettings(_Strict):
    """For whom passkeys are. It takes `pip install 'anninh[passkeys]'`.

    Attributes:
        rp_id: the domain that passkeys belong to, such as `office.example`. Those of another domain never fit: after a
            change of it everybody makes new ones.
        rp_name: how devices show the office; the profile's name for it, if not given.
        origins: of the pages from which people sign in, such as `https://office.example`.
    """

    rp_id: str = Field(pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")
    rp_name: str = ""
    origins: tuple[str, ...] = Field(min_length=1)
