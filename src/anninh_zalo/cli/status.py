"""The command `anninh zalo status`."""

from collections.abc import Iterator, Sequence
from gettext import gettext as _

import click
from attrs import asdict

from anninh_core.kernel.clock import SystemClock
from anninh_core.ports.health import Check, Level
from anninh_zalo.cli.account import with_account
from anninh_zalo.cli.account_status import AccountStatus, fetch_account_status
from anninh_zalo.cli.output import echo_json, format_iso, format_time, json_option
from anninh_zalo.oauth.tokens import Tokens
from anninh_zalo.official import OfficialAccount


@click.command()
@json_option
@with_account
def status(account: OfficialAccount, *, as_json: bool) -> None:
    """Show how an official account is doing: package, messages left, groups, tokens, checks.

    Asks Zalo, and changes nothing but an access token that ends soon. Exit code 1 if there is a problem, 0 otherwise.
    """
    account_status = fetch_account_status(account.api, SystemClock().now())
    tokens = account.tokens.tokens()
    checks = [*account.health(), *account_status.checks]
    if as_json:
        echo_json(_to_json(account, account_status, tokens, checks))
    else:
        _print_facts([*_list_facts(account, account_status, tokens)])
        _print_facts([(f"{check.level.value} {check.name}", _format_check(check)) for check in checks])
    if any(check.level is Level.PROBLEM for check in checks):
        click.get_current_context().exit(1)


def _list_facts(
    account: OfficialAccount, account_status: AccountStatus, tokens: Tokens | None
) -> Iterator[tuple[str, str]]:
    verified = {True: ", " + _("verified"), False: ", " + _("not verified"), None: ""}
    yield _("account"), f"{account_status.name} {account.options.oa_id}{verified[account_status.verified]}".lstrip()
    if account_status.package:
        yield (
            _("package"),
            account_status.package
            + (f", {_format_until(account_status.package_until)}" if account_status.package_until else ""),
        )
    for quota in account_status.quotas:
        until = f", {_format_until(quota.until)}" if quota.until else ""
        remaining = _("{kind}: {remain} of {total} left").format(
            kind=quota.kind, remain=quota.remain, total=quota.total
        )
        yield _("messages"), remaining + until
    for size in account_status.assets:
        first_end = ", " + _("the first ends on {day}").format(day=size.first_end) if size.first_end else ""
        words = _("{size}: {free} free, {used} used")
        yield _("groups"), words.format(size=size.size, free=size.free, used=size.used) + first_end
    if tokens is not None:
        words = _("given {since}, good until {until}")
        yield _("token"), words.format(since=format_time(tokens.since), until=format_time(tokens.access_until))
        words = _("until {time}, longer with each new token")
        yield _("consent"), words.format(time=format_time(tokens.refresh_until))
    last = account.heartbeat.last()
    last_event = _("last sign of life {time}").format(time=format_time(last)) if last else _("no sign of life yet")
    yield _("webhook"), f"/hook/{account.instance}, {last_event}"


def _format_until(day: object) -> str:
    return _("until {day}").format(day=day)


def _print_facts(facts: Sequence[tuple[str, str]]) -> None:
    width = max((len(name) for name, _ in facts), default=0) + 2
    for name, value in facts:
        click.echo(f"{name:{width}}{_make_printable(value)}")
    click.echo()


def _format_check(check: Check) -> str:
    return f"{check.what} {check.todo}".strip()


def _make_printable(text: str) -> str:
    """Return text that is safe on a terminal, as names come from Zalo."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _to_json(
    account: OfficialAccount, account_status: AccountStatus, tokens: Tokens | None, checks: Sequence[Check]
) -> dict[str, object]:
    last = account.heartbeat.last()
    return {
        "instance": account.instance,
        "oa_id": account.options.oa_id,
        "name": account_status.name,
        "verified": account_status.verified,
        "package": account_status.package,
        "package_until": account_status.package_until and account_status.package_until.isoformat(),
        "quotas": [asdict(quota) for quota in account_status.quotas],
        "assets": [
            asdict(size) | {"first_end": size.first_end and str(size.first_end)} for size in account_status.assets
        ],
        "token": tokens and _tokens_to_json(tokens),
        "webhook": {"path": f"/hook/{account.instance}", "last": last and format_iso(last)},
        "checks": [asdict(check) | {"level": check.level.value} for check in checks],
    }


def _tokens_to_json(tokens: Tokens) -> dict[str, object]:
    return {
        "since": format_iso(tokens.since),
        "access_until": format_iso(tokens.access_until),
        "refresh_until": format_iso(tokens.refresh_until),
        "refused": tokens.refused,
    }
