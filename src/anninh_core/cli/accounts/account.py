"""`anninh account`: the officer's own password, second factor, sessions and API tokens."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.app import App, open_app
from anninh_core.cli.accounts.login import build_local_client
from anninh_core.cli.accounts.passkeys import COMMANDS as PASSKEYS
from anninh_core.cli.accounts.prompts import ask_secret
from anninh_core.cli.accounts.qr_code import draw_qr_code
from anninh_core.cli.folder import as_officer, enter_folder
from anninh_core.cli.frame.command import add_commands
from anninh_core.cli.options import at_option
from anninh_core.cli.output import format_moment
from anninh_core.cli.results import (
    output_each,
    output_facts,
    output_json_facts,
    output_progress,
    output_rows,
    output_sentence,
    with_json_option,
)
from anninh_core.domain.accounts.views import TokenRow
from anninh_core.kernel.dates import VIETNAM
from anninh_core.usecase.actor import Actor


@click.group()
def account() -> None:
    """One's own password, second factor, passkeys, sessions and API tokens."""


add_commands(account, PASSKEYS)


@account.command()
@at_option
@click.option("--name", default="", help="Sign-in name to have; leave it out to keep the one you have.")
@with_json_option
def setup(at: Path, name: str) -> None:
    """Set your sign-in name and password with the setup code that you were given; password and code are asked for.

    A password has 12 to 128 characters. A few words that you make up are long enough and easy to remember.
    """
    with enter_folder(at) as (settings, district), open_app(district, settings) as app:
        code = ask_secret(_("Setup code"))
        password = ask_secret(_("Password"), confirm=True)
        app.accounts.set_up(code, name, password, client=build_local_client())
    words = _("done; sign in by `anninh login --at {folder}`, and add a second factor by `anninh account totp`")
    output_sentence(words, folder=at)


@account.command()
@with_json_option
@as_officer
def show(app: App, me: Actor) -> None:
    """Show your account."""
    details = app.accounts.account(me)
    codes_left = _("yes, {count} recovery codes are left").format(count=details.recovery_codes)
    output_json_facts(
        second_factor=details.has_second_factor, recovery_codes=details.recovery_codes, passkeys=details.passkeys
    )
    output_facts(
        ("name", _("sign-in name"), details.name),
        ("password_set_at", _("password since"), details.password_set_at),
        (
            "second_factor_said",
            _("second factor"),
            codes_left if details.has_second_factor else _("no: anninh account totp"),
        ),
        ("passkeys", _("passkeys"), details.passkeys or None),
    )


@account.command()
@with_json_option
@as_officer
def password(app: App, me: Actor) -> None:
    """Change your password; all sign-ins and API tokens end."""
    present = ask_secret(_("Present password"))
    new = ask_secret(_("New password"), confirm=True)
    app.accounts.change_password(me, present, new)
    output_sentence(_("your password is changed; sign in by `anninh login`"))
    output_json_facts(changed=True)


@account.command()
@with_json_option
@as_officer
def totp(app: App, me: Actor) -> None:
    """Add an authenticator app as second factor, or replace it; your password is asked for.

    Other sign-ins and API tokens end.
    """
    enrolment = app.accounts.begin_totp(me, ask_secret(_("Password")))
    output_progress(_("Add this to your authenticator app:"))
    if qr_code := draw_qr_code(enrolment.uri):
        output_progress(qr_code)
    output_progress(f"  {enrolment.secret}")
    output_progress(f"  {enrolment.uri}")
    print_recovery_codes(app.accounts.confirm_totp(me, ask_secret(_("Code that the app shows"))).codes)


@account.command("recovery-codes")
@with_json_option
@as_officer
def recovery_codes(app: App, me: Actor) -> None:
    """Make new recovery codes; the old ones are no longer valid."""
    print_recovery_codes(app.accounts.renew_recovery_codes(me).codes)


@account.command("step-up")
@with_json_option
@as_officer
def step_up(app: App, me: Actor) -> None:
    """Show your second factor again: some acts need one that was shown within the last few minutes."""
    until = app.accounts.step_up(me, ask_secret(_("Code of your second factor")))
    output_sentence(_("your second factor counts as shown until {until}"), until=until)


@account.command()
@with_json_option
@as_officer
def sessions(app: App, me: Actor) -> None:
    """List where you are signed in."""
    rows = [
        {
            "id": session.id,
            "method": session.method,
            "began_at": session.began_at,
            "seen_at": session.seen_at,
            "client": session.client,
            "current": session.is_current,
            "from": f"{session.client}{' *' * session.is_current}",
        }
        for session in app.accounts.sessions(me)
    ]
    headings = {"id": _("id"), "method": _("by"), "began_at": _("since"), "seen_at": _("last used"), "from": _("from")}
    output_rows(rows, headings, empty=_("Nowhere."))


@account.command()
@click.argument("id")
@with_json_option
@as_officer
def end(app: App, me: Actor, id: str) -> None:
    """End one of your sign-ins."""
    app.accounts.end_session(me, id)
    output_sentence(_("session {id} is ended"), id=id)


@account.command()
@with_json_option
@as_officer
def tokens(app: App, me: Actor) -> None:
    """List your API tokens."""
    print_tokens(app.accounts.tokens(me))


@account.command()
@click.argument("name")
@click.option("--days", type=click.IntRange(1, 365), default=90, show_default=True, help="How long it holds.")
@click.option("--operation", "operations", multiple=True, metavar="OP", help="Good for this only; may be given again.")
@click.option("--unit", "units", multiple=True, help="Good for this unit and below only; may be given again.")
@with_json_option
@as_officer
def token(app: App, me: Actor, *, name: str, days: int, operations: tuple[str, ...], units: tuple[str, ...]) -> None:
    """Make an API token for a program that works for you; it is shown once.

    The program may do what you may do, within the limits that you name, except acts that need a second factor.
    """
    day = app.internals.context.clock.now().astimezone(VIETNAM).date() + timedelta(days=days)
    until = datetime.combine(day, time(), VIETNAM)
    new_token = app.accounts.make_token(me, name, until, operations=operations or None, units=units or None)
    output_sentence("{token}", token=new_token.token)
    words = _("{name} holds until {until} (id {id}); it is shown only now")
    output_sentence(words, err=True, name=name, until=new_token.until, id=new_token.id)


@account.command("revoke-token")
@click.argument("id")
@with_json_option
@as_officer
def revoke_token(app: App, me: Actor, id: str) -> None:
    """End one of your API tokens."""
    app.accounts.revoke_token(me, id)
    output_sentence(_("API token {token} is revoked"), token=id)


def print_tokens(rows: tuple[TokenRow, ...]) -> None:
    """Show a table of API tokens without the secret tokens themselves."""
    table = [
        {
            "id": row.id,
            "name": row.name,
            "until": row.until,
            "over": row.is_over,
            "operations": row.operations,
            "units": row.units,
            "ends": _("over") if row.is_over else format_moment(row.until),
            "good_for": "; ".join(_iter_token_limits(row)),
        }
        for row in rows
    ]
    headings = {"id": _("id"), "name": _("name"), "ends": _("until"), "good_for": _("good for")}
    output_rows(table, headings, empty=_("No API token."))


def print_recovery_codes(codes: tuple[str, ...]) -> None:
    """Show recovery codes, which can't be shown again."""
    output_sentence(_("Each of these replaces a code of the app, once. Write them down; they are shown only now:"))
    output_each("recovery_codes", [{"code": code} for code in codes], "  {code}")


def _iter_token_limits(row: TokenRow) -> Iterator[str]:
    yield _("all operations") if row.operations is None else ", ".join(row.operations)
    yield _("all units") if row.units is None else ", ".join(row.units)
