"""Client of Zalo's token endpoint."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol

from attrs import field, frozen

from anninh_core.kernel.errors import UnknownOutcome
from anninh_zalo.api.calls import ApiCall
from anninh_zalo.api.http import HttpClient
from anninh_zalo.errors.classify import Host

ACCESS_LIFETIME = timedelta(hours=25)
"""Lifetime of an access token if the response has none."""

REFRESH_LIFETIME = timedelta(days=90)
"""Usual lifetime of a refresh token, if the response has none."""


@frozen
class TokenPair:
    """A new pair of tokens. The pair or code that it was exchanged for is no longer valid."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    access_life: timedelta = ACCESS_LIFETIME
    refresh_life: timedelta = REFRESH_LIFETIME


class TokenIssuer(Protocol):
    """Issues pairs of access token and refresh token."""

    def exchange(self, code: str, verifier: str = "") -> TokenPair:
        """Exchange an authorization code for the first pair of tokens."""
        ...

    def refresh(self, refresh_token: str) -> TokenPair:
        """Exchange a refresh token for the next pair of tokens; the previous pair becomes invalid at once.

        Raises:
            TokenSpent: the refresh token isn't accepted (any more).
            UnknownOutcome: the token may be spent; only another attempt shows it.
            DeliveryError: any other reason; nothing was spent.
        """
        ...


class TokenEndpoint:
    """Requests tokens from Zalo in the name of one application."""

    def __init__(self, http: HttpClient, app_id: str, app_secret: str) -> None:
        self._http = http
        self._app_id = app_id
        self._app_secret = app_secret

    def exchange(self, code: str, verifier: str = "") -> TokenPair:
        """Exchange the code of a callback for the first pair of tokens; raise the same errors as `refresh`."""
        form = {"code": code, "grant_type": "authorization_code"}
        return self._request_pair(form | ({"code_verifier": verifier} if verifier else {}))

    def refresh(self, refresh_token: str) -> TokenPair:
        """Exchange a refresh token for the next pair of tokens; see `TokenIssuer`."""
        return self._request_pair({"refresh_token": refresh_token, "grant_type": "refresh_token"})

    def _request_pair(self, form: Mapping[str, str]) -> TokenPair:
        body = self._http.ask(
            ApiCall(
                method="POST",
                host=Host.OAUTH,
                path="/v4/oa/access_token",
                form={"app_id": self._app_id, **form},
                headers={"secret_key": self._app_secret},
                sends=True,
            )
        )
        access = body.get("access_token")
        refresh = body.get("refresh_token")
        if not (_is_token(access) and _is_token(refresh)):
            raise UnknownOutcome(
                "The response of Zalo's login reports success but has no pair of tokens: try again later."
            )
        return TokenPair(
            str(access),
            str(refresh),
            _read_lifetime(body.get("expires_in"), ACCESS_LIFETIME),
            _read_lifetime(body.get("refresh_token_expires_in"), REFRESH_LIFETIME),
        )


def _is_token(token: Any) -> bool:
    return isinstance(token, str) and token.isascii() and token.isprintable() and token.strip() == token != ""


def _read_lifetime(seconds: Any, default: timedelta) -> timedelta:
    """Parse a lifetime in seconds, number or text; return `default` for an implausible one."""
    try:
        lifetime = timedelta(seconds=float(seconds))
    except (TypeError, ValueError, OverflowError):
        return default
    return lifetime if timedelta(minutes=1) <= lifetime <= timedelta(days=3650) else default
