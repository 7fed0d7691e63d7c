"""`anninh zalo status`."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

import click
from attrs import asdict

from anninh_core.kernel.dates import vietnam_time
from anninh_core.kernel.hidden import escape_hidden
from anninh_core.ports.clock import SystemClock
from anninh_core.ports.health import Check, Level
from anninh_zalo.cli.account import with_account
from anninh_zalo.cli.account_status import AccountStatus, fetch_account_status
from anninh_zalo.oauth.tokens import Tokens
from anninh_zalo.official import OfficialAccount


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_account
def status(account: OfficialAccount, *, as_json: bool) -> None:
    """Show how an official account is doing: package, messages left, groups, tokens, checks.

    Asks Zalo, and changes nothing but an access token that ends soon. Exit code 1 if there is a problem, 0 otherwise.
    """
    account_status = fetch_account_status(account.api, SystemClock().now())
    tokens, checks = account.tokens.tokens(), [*account.health(), *account_status.checks]
    if as_json:
        told = json.dumps(_to_json(account, account_status, tokens, checks), ensure_ascii=False, indent=2)
        click.echo(escape_hidden(told))
    else:
        _print_facts([*_facts(account, account_status, tokens)])
        _print_facts([(f"{check.level.value} {check.name}", _sentence(check)) for check in checks])
    if any(check.level is Level.PROBLEM for check in checks):
        click.get_current_context().exit(1)


def _facts(account: OfficialAccount, found: AccountStatus, tokens: Tokens | None) -> Iterator[tuple[str, str]]:
    verified = {True: ", verified", False: ", not verified", None: ""}[found.verified]
    yield "account", f"{found.name} {account.options.oa_id}{verified}".lstrip()
    if found.package:
        yield "package", found.package + (f", until {found.package_until}" if found.package_until else "")
    for quota in found.quotas:
        until = f", until {quota.until}" if quota.until else ""
        yield "messages", f"{quota.kind}: {quota.remain} of {quota.total} left{until}"
    for size in found.assets:
        first_end = f", the first ends on {size.first_end}" if size.first_end else ""
        yield "groups", f"{size.size}: {size.free} free, {size.used} used{first_end}"
    if tokens is not None:
        yield "token", f"given {_format_time(tokens.since)}, good until {_format_time(tokens.access_until)}"
        yield "consent", f"until {_format_time(tokens.refresh_until)}, longer with each new token"
    last = account.heartbeat.last()
    yield "webhook", f"/hook/{account.instance}, {f'last heard {_format_time(last)}' if last else 'never heard'}"


def _print_facts(facts: Sequence[tuple[str, str]]) -> None:
    width = max((len(name) for name, _ in facts), default=0) + 2
    for name, value in facts:
        click.echo(f"{name:{width}}{_printable(value)}")
    click.echo()


def _sentence(check: Check) -> str:
    return f"{check.what}; {check.todo}" if check.todo else check.what


def _printable(text: str) -> str:
    """Return text that is safe on a terminal: names come from Zalo."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _format_time(moment: datetime) -> str:
    return f"{vietnam_time(moment):%Y-%m-%d %H:%M}"


def _iso(moment: datetime) -> str:
    return vietnam_time(moment).isoformat()


def _to_json(
    account: OfficialAccount, found: AccountStatus, tokens: Tokens | None, checks: Sequence[Check]
) -> dict[str, object]:
    last = account.heartbeat.last()
    return {
        "instance": account.instance,
        "oa_id": account.options.oa_id,
        "name": found.name,
        "verified": found.verified,
        "package": found.package,
        "package_until": found.package_until and found.package_until.isoformat(),
        "quotas": [asdict(quota) for quota in found.quotas],
        "assets": [asdict(size) | {"first_end": size.first_end and str(size.first_end)} for size in found.assets],
        "token": tokens and _token_json(tokens),
        "webhook": {"path": f"/hook/{account.instance}", "last": last and _iso(last)},
        "checks": [asdict(check) | {"level": check.level.value} for check in checks],
    }


def _token_json(tokens: Tokens) -> dict[str, object]:
    return {
        "since": _iso(tokens.since),
        "access_until": _iso(tokens.access_until),
        "refresh_until": _iso(tokens.refresh_until),
        "refused": tokens.refused,
    }
