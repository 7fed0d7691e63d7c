"""API calls in the name of an official account."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

from anninh_core.kernel.errors import NeedsPerson, RetryLater, UnknownOutcome
from anninh_zalo.api.answers import TokenRejected
from anninh_zalo.api.calls import ApiCall
from anninh_zalo.api.http import HttpClient
from anninh_zalo.errors.storage import retry_on_storage_error


class TokenSource(Protocol):
    """Source of access tokens."""

    def current(self) -> str:
        """Return the current access token."""
        ...

    def renew(self, stale: str) -> str:
        """Return a token other than `stale`, which Zalo rejected."""
        ...


class AccountApi:
    """Sends API calls to Zalo with the account's access token. A rejected token is renewed once: the rejected call had
    no effect.

    Args:
        proof_secret: the app secret, where the application demands a proof; "" for none.
    """

    def __init__(self, http: HttpClient, tokens: TokenSource, proof_secret: str = "") -> None:
        self._http = http
        self._tokens = tokens
        self._proof_secret = proof_secret

    def ask(self, call: ApiCall) -> Mapping[str, Any]:
        """Send the call and return the body of a successful response; raise the same errors as `HttpClient.ask`."""
        token = _get_token(self._tokens.current)
        try:
            return self._http.ask(call, token=token, proof_secret=self._proof_secret)
        except TokenRejected:
            token = _get_token(partial(self._tokens.renew, token))
        try:
            return self._http.ask(call, token=token, proof_secret=self._proof_secret)
        except TokenRejected as again:
            problem = again.sentence
        raise NeedsPerson(problem)


def _get_token(token: Callable[[], str]) -> str:
    """Return the token that `token` gets. An unknown outcome of its renewal isn't the call's own outcome, as the call
    hasn't started.

    Raises:
        RetryLater: no token is available now; the source must find out whether an unanswered renewal spent its refresh
            token.
    """
    try:
        with retry_on_storage_error():
            return token()
    except UnknownOutcome as error:
        problem = error.sentence
    raise RetryLater("{reason} Nothing was sent.", reason=problem)
