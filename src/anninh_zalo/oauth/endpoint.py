"""The endpoint that gives tokens."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol

from attrs import field, frozen

from anninh_core.kernel.errors import UnknownOutcome
from anninh_zalo.api.calls import Call
from anninh_zalo.api.http import Http
from anninh_zalo.errors.classify import Host

ACCESS_LIFE = timedelta(hours=25)
"""Of an access token, where the answer doesn't say."""

REFRESH_LIFE = timedelta(days=90)
"""Of a refresh token, where the answer doesn't say: mostly."""


@frozen
class Grant:
    """A new pair of tokens. The pair or code it was exchanged for is no longer valid."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    access_life: timedelta = ACCESS_LIFE
    refresh_life: timedelta = REFRESH_LIFE


class Endpoint(Protocol):
    """Gives pairs of tokens."""

    def exchange(self, code: str, verifier: str = "") -> Grant:
        """Return the first pair."""
        ...

    def refresh(self, refresh_token: str) -> Grant:
        """Return the next pair; the one before is dead at once.

        Raises:
            TokenSpent: the token isn't taken (any more).
            UnknownOutcome: it may have been taken; only another try shows it.
            DeliveryError: any other reason; nothing was spent.
        """
        ...


class TokenEndpoint:
    """Asks Zalo for tokens, in the name of one application."""

    def __init__(self, http: Http, app_id: str, app_secret: str) -> None:
        self._http = http
        self._app_id = app_id
        self._app_secret = app_secret

    def exchange(self, code: str, verifier: str = "") -> Grant:
        """Return the first pair for a code of the callback; errors as of `refresh`."""
        form = {"code": code, "grant_type": "authorization_code"}
        return self._granted(form | ({"code_verifier": verifier} if verifier else {}))

    def refresh(self, refresh_token: str) -> Grant:
        """Return the next pair; see `Endpoint`."""
        return self._granted({"refresh_token": refresh_token, "grant_type": "refresh_token"})

    def _granted(self, form: Mapping[str, str]) -> Grant:
        body = self._http.ask(
            Call(
                method="POST",
                host=Host.OAUTH,
                path="/v4/oa/access_token",
                form={"app_id": self._app_id, **form},
                headers={"secret_key": self._app_secret},
                sends=True,
            )
        )
        access, refresh = body.get("access_token"), body.get("refresh_token")
        if not (_usable(access) and _usable(refresh)):
            raise UnknownOutcome("Zalo (login): the answer reports success but holds no pair of tokens")
        return Grant(
            str(access),
            str(refresh),
            _life(body.get("expires_in"), ACCESS_LIFE),
            _life(body.get("refresh_token_expires_in"), REFRESH_LIFE),
        )


def _usable(token: Any) -> bool:
    return isinstance(token, str) and token.isascii() and token.isprintable() and token.strip() == token != ""


def _life(seconds: Any, default: timedelta) -> timedelta:
    """Read a life in seconds, number or text; the usual one where it can't be meant."""
    try:
        life = timedelta(seconds=float(seconds))
    except (TypeError, ValueError, OverflowError):
        return default
    return life if timedelta(minutes=1) <= life <= timedelta(days=3650) else default
