"""`anninh account`: one's own password, second factor, sessions and API tokens."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

import click

from anninh_core.app import App, open_app
from anninh_core.cli.accounts.login import here
from anninh_core.cli.accounts.prompts import ask_secret
from anninh_core.cli.accounts.square_code import draw_square_code
from anninh_core.cli.folder import as_officer, enter_folder
from anninh_core.cli.options import at_option
from anninh_core.cli.output import TextTable, echo, echo_facts, when
from anninh_core.domain.accounts.views import TokenRow
from anninh_core.kernel.dates import VIETNAM
from anninh_core.usecase.actor import Actor


@click.group()
def account() -> None:
    """One's own password, second factor, sessions and API tokens."""


@account.command()
@at_option
@click.option("--name", default="", help="Sign-in name to have; leave it out to keep the one you have.")
def setup(at: Path, name: str) -> None:
    """Set sign-in name and password by the code that you were handed; both are asked for.

    A password has 12 to 128 characters. Some words that you make up are long and easy to remember.
    """
    with enter_folder(at) as (settings, district), open_app(district, settings) as app:
        code = ask_secret("Setup code")
        password = ask_secret("Password", confirm=True)
        app.accounts.set_up(code, name, password, client=here())
    echo(f"done; sign in by `anninh login --at {at}`, and add a second factor by `anninh account totp`")


@account.command()
@as_officer
def show(app: App, me: Actor) -> None:
    """Show your account."""
    own = app.accounts.account(me)
    left = f"yes, {own.recovery_codes} recovery codes are left" if own.has_second_factor else "no: anninh account totp"
    since = when(own.password_set_at)
    facts = [("sign-in name", own.name), ("password since", since), ("second factor", left)]
    echo_facts([*facts, ("passkeys", str(own.passkeys))] if own.passkeys else facts)


@account.command()
@as_officer
def password(app: App, me: Actor) -> None:
    """Take another password; all sign-ins and API tokens end."""
    present, new = ask_secret("Present password"), ask_secret("New password", confirm=True)
    app.accounts.change_password(me, present, new)
    echo("your password is changed; sign in by `anninh login`")


@account.command()
@as_officer
def totp(app: App, me: Actor) -> None:
    """Add an authenticator app as second factor, or replace it; your password is asked for.

    Other sign-ins and API tokens end.
    """
    enrolment = app.accounts.begin_totp(me, ask_secret("Password"))
    echo("Add this to your authenticator app:")
    if drawn := draw_square_code(enrolment.uri):
        echo(drawn)
    echo(f"  {enrolment.secret}")
    echo(f"  {enrolment.uri}")
    echo_codes(app.accounts.confirm_totp(me, ask_secret("Code that the app shows")).codes)


@account.command("recovery-codes")
@as_officer
def recovery_codes(app: App, me: Actor) -> None:
    """Make new recovery codes; the ones before hold no longer."""
    echo_codes(app.accounts.renew_recovery_codes(me).codes)


@account.command("step-up")
@as_officer
def step_up(app: App, me: Actor) -> None:
    """Show your second factor again: some acts take one that was shown a few minutes ago at most."""
    until = app.accounts.step_up(me, ask_secret("Code of your second factor"))
    echo(f"your second factor counts as shown until {when(until)}")


@account.command()
@as_officer
def sessions(app: App, me: Actor) -> None:
    """List where you are signed in."""
    rows = [
        (one.id, one.method.value, when(one.began_at), when(one.seen_at), f"{one.client}{' *' * one.is_current}")
        for one in app.accounts.sessions(me)
    ]
    TextTable(headings=("id", "by", "since", "last used", "from"), rows=rows, empty="Nowhere.").echo()


@account.command()
@click.argument("id")
@as_officer
def end(app: App, me: Actor, id: str) -> None:
    """End one of your sign-ins."""
    app.accounts.end_session(me, id)
    echo(f"session {id} is ended")


@account.command()
@as_officer
def tokens(app: App, me: Actor) -> None:
    """List your API tokens."""
    echo_tokens(app.accounts.tokens(me))


@account.command()
@click.argument("name")
@click.option("--days", type=click.IntRange(1, 365), default=90, show_default=True, help="How long it holds.")
@click.option("--operation", "operations", multiple=True, metavar="OP", help="Good for this only; may be given again.")
@click.option("--unit", "units", multiple=True, help="Good for this unit and below only; may be given again.")
@as_officer
def token(app: App, me: Actor, *, name: str, days: int, operations: tuple[str, ...], units: tuple[str, ...]) -> None:
    """Make an API token for a program that works for you; it is shown once.

    It may what you may, within the limits that you name, and never what takes a second factor.
    """
    day = app.context.clock.now().astimezone(VIETNAM).date() + timedelta(days=days)
    until = datetime.combine(day, time(), VIETNAM)
    made = app.accounts.make_token(me, name, until, operations=operations or None, units=units or None)
    echo(made.token)
    echo(f"{name} holds until {when(made.until)} (id {made.id}); it is shown only now", err=True)


@account.command("revoke-token")
@click.argument("id")
@as_officer
def revoke_token(app: App, me: Actor, id: str) -> None:
    """End one of your API tokens."""
    app.accounts.revoke_token(me, id)
    echo(f"API token {id} is revoked")


def echo_tokens(rows: tuple[TokenRow, ...]) -> None:
    """Print API tokens, all but themselves."""
    table = [(one.id, one.name, "over" if one.is_over else when(one.until), "; ".join(_limits(one))) for one in rows]
    TextTable(headings=("id", "name", "until", "good for"), rows=table, empty="No API token.").echo()


def echo_codes(codes: tuple[str, ...]) -> None:
    """Print recovery codes, which nobody can show again."""
    echo("Each of these stands for a code of the app, once. Write them down; they are shown only now:")
    for code in codes:
        echo(f"  {code}")


def _limits(row: TokenRow) -> Iterator[str]:
    yield "all operations" if row.operations is None else ", ".join(row.operations)
    yield "all units" if row.units is None else ", ".join(row.units)
