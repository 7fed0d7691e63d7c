"""The command `anninh zalo login`."""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from gettext import gettext as _

import click

from anninh_core.kernel.errors import ConfigurationError
from anninh_zalo.cli.account import with_account
from anninh_zalo.cli.callback import CallbackListener, is_loopback, listen_for_callback
from anninh_zalo.cli.output import echo_json, format_iso, format_time, json_option
from anninh_zalo.cli.token_exchange import exchange_code, exchange_refresh_token
from anninh_zalo.errors.classify import Host
from anninh_zalo.oauth.consent import consent_url, read_callback
from anninh_zalo.oauth.pkce import compute_code_challenge, generate_verifier
from anninh_zalo.oauth.tokens import Tokens
from anninh_zalo.official import OfficialAccount
from anninh_zalo.options import AccountOptions


@click.command()
@click.option(
    "--listen/--paste",
    "listen",
    default=None,
    help="Wait for the browser on the callback's address, or ask for the address that it ended on.  "
    "[default: listen where the callback is an address of this machine]",
)
@click.option(
    "--refresh-token-stdin",
    is_flag=True,
    help="Take a refresh token of the console's API Explorer instead, from standard input; it is exchanged at once.",
)
@json_option
@with_account
def login(account: OfficialAccount, *, listen: bool | None, refresh_token_stdin: bool, as_json: bool) -> None:
    """Let an administrator of the official account consent, and store the tokens.

    Needed once, and again before consent ends after three months without a worker.
    """
    if refresh_token_stdin:
        if listen is not None:
            raise click.UsageError(_("--refresh-token-stdin needs no browser; leave --listen and --paste out"))
        tokens = exchange_refresh_token(account, _read_token())
    else:
        tokens = _request_consent(account, listen=listen, as_json=as_json)
    if as_json:
        identity = {"instance": account.instance, "oa_id": account.options.oa_id}
        echo_json(
            identity
            | {"access_until": format_iso(tokens.access_until), "refresh_until": format_iso(tokens.refresh_until)}
        )
    else:
        _print_result(account, tokens)


def _request_consent(account: OfficialAccount, *, listen: bool | None, as_json: bool) -> Tokens:
    options = account.options
    if not options.redirect_uri:
        raise ConfigurationError(
            "Messenger {messenger!r} lacks the option `redirect_uri`: set it exactly as in Zalo's developer "
            "console, or use `--refresh-token-stdin`.",
            messenger=account.instance,
        )
    verifier = options.verifier or generate_verifier()
    state = secrets.token_urlsafe(24)
    with _open_listener(options.redirect_uri, listen=listen) as listener:
        click.echo(_("Open this page as an administrator of the official account:"), err=as_json)
        click.echo(_build_consent_url(options, state, verifier), err=as_json)
        callback = (
            listener.wait_for_callback()
            if listener
            else click.prompt(_("Paste the address of the page you end on"), type=str, err=as_json)
        )
    authorization = read_callback(callback, state, options.oa_id, state_may_miss=options.state_may_miss)
    return exchange_code(account, authorization, verifier)


@contextmanager
def _open_listener(redirect_uri: str, *, listen: bool | None) -> Iterator[CallbackListener | None]:
    """Listen for the callback if requested; the port must be bound before the administrator opens the consent page."""
    if listen is False or (listen is None and not is_loopback(redirect_uri)):
        yield None
        return
    with listen_for_callback(redirect_uri) as listener:
        yield listener


def _build_consent_url(options: AccountOptions, state: str, verifier: str) -> str:
    base_url = options.bases[Host.OAUTH]
    return consent_url(base_url, options.app_id, options.redirect_uri, state, compute_code_challenge(verifier))


def _read_token() -> str:
    if sys.stdin.isatty():
        return str(click.prompt(_("Refresh token"), hide_input=True, err=True)).strip()
    return sys.stdin.readline().strip()


def _print_result(account: OfficialAccount, tokens: Tokens) -> None:
    words = _("The official account {account} is logged in as {instance!r}.")
    click.echo(words.format(account=account.options.oa_id, instance=account.instance))
    words = _("Its access token is valid until {time} and is renewed automatically.")
    click.echo(words.format(time=format_time(tokens.access_until)))
    words = _("Consent ends on {time} unless a worker renews it before; it does so every day.")
    click.echo(words.format(time=format_time(tokens.refresh_until)))
