"""Exchange a code or a refresh token for tokens, and store them if they belong to the right account."""

from collections.abc import Mapping
from typing import Any

from anninh_core.kernel.errors import BadInput, DeliveryError, NeedsPerson, UnknownOutcome
from anninh_zalo.api import catalogue
from anninh_zalo.api.answers import TokenSpent, get_text
from anninh_zalo.api.http import HttpClient, NetworkSettings
from anninh_zalo.oauth.consent import AuthorizationCode
from anninh_zalo.oauth.endpoint import TokenPair
from anninh_zalo.oauth.tokens import Tokens
from anninh_zalo.official import OfficialAccount


def exchange_code(account: OfficialAccount, authorization: AuthorizationCode, verifier: str) -> Tokens:
    """Exchange the code of a callback and store the tokens.

    Raises:
        NeedsPerson: Zalo refused the code, or the tokens are another account's; nothing is stored then.
        UnknownOutcome: no response arrived; the code may be spent.
        DeliveryError: the login can't be reached, or the application isn't set up as in the options.
    """
    try:
        pair = account.endpoint.exchange(authorization.code, verifier)
    except TokenSpent:
        problem: DeliveryError = NeedsPerson(
            "Zalo doesn't accept the code: it is valid only once, for ten minutes, and only if the option "
            "`verifier` matches the challenge in Zalo's developer console. Begin the login again."
        )
    except UnknownOutcome:
        problem = UnknownOutcome("No response arrived, and the code may be used up: begin the login again.")
    else:
        return _store_checked_pair(account, pair, authorization.oa_id)
    raise problem


def exchange_refresh_token(account: OfficialAccount, refresh_token: str) -> Tokens:
    """Exchange a refresh token from the developer console, at once, and store the tokens.

    It raises the errors of `exchange_code` too.

    Raises:
        BadInput: not a token.
    """
    if not (refresh_token and refresh_token.isascii() and refresh_token.isprintable() and " " not in refresh_token):
        raise BadInput("The input isn't a refresh token, which is one line without spaces: copy the token again.")
    try:
        pair = account.endpoint.refresh(refresh_token)
    except TokenSpent:
        problem: DeliveryError = NeedsPerson(
            "Zalo doesn't accept this refresh token, which is valid only once and only for this application: "
            "get a new one in the API Explorer of Zalo's developer console."
        )
    except UnknownOutcome:
        problem = UnknownOutcome(
            "No response arrived, and the refresh token may be used up: get a new one and try again."
        )
    else:
        return _store_checked_pair(account, pair)
    raise problem


def _store_checked_pair(account: OfficialAccount, pair: TokenPair, oa_id: str = "") -> Tokens:
    owner = oa_id or _fetch_owner(account, pair)
    if owner != account.options.oa_id:
        raise NeedsPerson(
            "The tokens are for account {account}, but {oa_id} is configured, so nothing was stored: log in "
            "as the administrator of {oa_id}, or correct the option `oa_id`.",
            account=owner or "?",
            oa_id=account.options.oa_id,
        )
    account.tokens.adopt(pair)
    tokens = account.tokens.tokens()
    assert tokens is not None  # The tokens have just been stored.
    return tokens


def _fetch_owner(account: OfficialAccount, pair: TokenPair) -> str:
    """Fetch the id of the account that owns tokens which came without it. The tokens aren't stored yet, so the
    account's own API isn't used.
    """
    options = account.options
    http = HttpClient(NetworkSettings(bases=options.bases, proxy=options.proxy))
    proof_secret = options.app_secret if options.appsecret_proof else ""
    try:
        response = http.ask(catalogue.account_call(), token=pair.access, proof_secret=proof_secret)
    except DeliveryError as error:
        problem = error.sentence
    else:
        return _read_owner(response)
    finally:
        http.close()
    raise NeedsPerson(
        "{reason} Zalo gave tokens, but it isn't known whose they are, so nothing was stored: correct the "
        "cause, and begin again with a new refresh token, because this one is used up.",
        reason=problem,
    )


def _read_owner(response: Mapping[str, Any]) -> str:
    return get_text(response, "data", "oa_id") or get_text(response, "data", "oaid")
