"""`anninh officers`: officers' roles, grants by one or two persons, resets, and appointments in an emergency
(`break-glass`).
"""

from datetime import date, datetime, timedelta
from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.app import App, open_app
from anninh_core.app.recovery.copies import read_recovery_copy, require_live_keys
from anninh_core.cli.accounts.account import print_tokens
from anninh_core.cli.administration.recovery import print_trial, write_recovery_copy
from anninh_core.cli.folder import as_officer, enter_folder, find_actor, officer_option, open_as_officer, with_app
from anninh_core.cli.options import FILE, at_option
from anninh_core.cli.output import TextTable, echo_json, format_day
from anninh_core.cli.paging import iter_pages
from anninh_core.cli.passphrases import passphrase_option, read_passphrase
from anninh_core.cli.results import output_each, output_sentence, with_json_option
from anninh_core.domain.accounts.views import SetupCode
from anninh_core.domain.units.model import Officer, RoleGrant
from anninh_core.kernel.dates import local_date
from anninh_core.usecase.actor import Actor, system

_BREAK_GLASS_DELAY = timedelta(days=2)

_json = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.group()
def officers() -> None:
    """Officers and their roles.

    A role that gives more than your own takes two: you propose it, another officer confirms it.
    """


@officers.command("list")
@click.argument("unit", default="")
@_json
@as_officer
def list_(app: App, me: Actor, *, unit: str, as_json: bool) -> None:
    """List the officers of a unit and below, each role on a line."""
    today = local_date(app.internals.context.clock.now())
    listed = [*iter_pages(lambda after: app.units.officers(me, unit or app.district.root, after=after))]
    if as_json:
        echo_json([_build_officer_data(officer, today) for officer in listed])
        return
    rows = [
        (officer.id, officer.name, _describe_grant(grant, today))
        for officer in listed
        for grant in officer.grants or (RoleGrant(role="", unit=""),)
    ]
    headings = (_("id"), _("name"), _("role, unit, state"))
    TextTable(headings=headings, rows=rows, empty=_("No officer here.")).echo()


@officers.command()
@click.argument("name")
@click.argument("unit")
@click.option("--role", "roles", multiple=True, required=True, help="A role on the unit; may be given again.")
@_json
@as_officer
def appoint(app: App, me: Actor, *, name: str, unit: str, roles: tuple[str, ...], as_json: bool) -> None:
    """Register an officer of a unit with roles on it."""
    officer = app.units.appoint(me, name, unit, roles=roles)
    if as_json:
        echo_json(_build_officer_data(officer, local_date(app.internals.context.clock.now())))
        return
    output_sentence(_("{name} is registered (id {id})"), name=officer.name, id=officer.id)
    _print_proposals(officer)


@officers.command()
@click.argument("id")
@click.argument("role")
@click.argument("unit")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Last day, as 2027-06-30.")
@with_json_option
@as_officer
def grant(app: App, me: Actor, *, id: str, role: str, unit: str, until: datetime | None) -> None:
    """Give an officer a role on a unit."""
    officer = app.units.grant(me, id, role, unit, until=until.date() if until else date.max)
    output_sentence(_("{name}: {role} on {unit} is noted"), name=officer.name, role=role, unit=unit, officer=officer.id)
    _print_proposals(officer)


@officers.command()
@click.argument("id")
@click.argument("role")
@click.argument("unit")
@with_json_option
@as_officer
def confirm(app: App, me: Actor, id: str, role: str, unit: str) -> None:
    """Confirm, as the second person, a role that another officer proposed."""
    officer = app.units.confirm_grant(me, id, role, unit)
    output_sentence(
        _("{name} has {role} on {unit} from today"), name=officer.name, role=role, unit=unit, officer=officer.id
    )


@officers.command()
@click.argument("id")
@click.argument("role")
@click.argument("unit")
@click.option("--last-day", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="[default: it ends at once]")
@with_json_option
@as_officer
def revoke(app: App, me: Actor, *, id: str, role: str, unit: str, last_day: datetime | None) -> None:
    """End an officer's role on a unit; open tips in their hands go back to the units."""
    yesterday = local_date(app.internals.context.clock.now()) - timedelta(days=1)
    last = last_day.date() if last_day else yesterday
    officer = app.units.revoke(me, id, role, unit, last_day=last)
    words = _("{name} has {role} on {unit} up to {last_day}")
    output_sentence(words, name=officer.name, role=role, unit=unit, last_day=last, officer=officer.id)


@officers.command()
@click.argument("id")
@with_json_option
@as_officer
def bind(app: App, me: Actor, id: str) -> None:
    """Show a one-time code: sent to the account from a chat, it binds that chat to the officer.

    It is shown once. The person who sends it acts as the officer from then on, so hand it over in person.
    """
    code = app.units.begin_binding(me, id)
    output_sentence(
        _("{code}  holds until {until}, once; the officer sends it to the account"),
        code=code.code,
        until=code.expires_at,
    )


@officers.command()
@click.argument("id")
@with_json_option
@as_officer
def unbind(app: App, me: Actor, id: str) -> None:
    """End the binding of an officer's chat: nothing written there is a command any more."""
    officer = app.units.unbind(me, id)
    output_sentence(_("{name} has no bound chat any more"), name=officer.name, officer=officer.id)


@officers.command()
@click.argument("id")
@at_option
@officer_option
@with_json_option
def invite(at: Path, officer: str, id: str) -> None:
    """Show a one-time code for setting an officer's sign-in name and password: `anninh account setup`.

    An officer who has a password loses it, and all sign-ins end. As long as no officer in the store has signed up, any
    user of this machine may invite.
    """
    with enter_folder(at) as (settings, district), open_app(district, settings) as app:
        code = app.accounts.invite(find_actor(app, settings, at, officer) or system("setup"), id)
    _print_setup_code(code)


@officers.command()
@click.argument("id")
@click.option(
    "--recovery",
    type=FILE,
    help="The recovery copy of this store's keys, for when no officer with the permission is left.",
)
@passphrase_option
@at_option
@officer_option
@with_json_option
def reset(*, at: Path, officer: str, id: str, recovery: Path | None, passphrase_file: Path | None) -> None:
    """Remove the second factor of another officer's account; all its sign-ins end, and the officer is notified.

    Make sure in person that it is the officer who asks. With --recovery no officer has to be signed in: the command
    needs this machine with its keys and the recovery copy, resets the password too, and shows a setup code.
    """
    if recovery is None:
        with open_as_officer(at, officer) as (app, me):
            app.accounts.reset_second_factor(me, id)
        output_sentence(_("officer {officer} signs in by the password alone now, and is notified"), officer=id)
        return
    with enter_folder(at) as (settings, district), open_app(district, settings) as app:
        copy = read_recovery_copy(recovery, read_passphrase(passphrase_file, confirm=False))
        require_live_keys(app.internals.context.keys, copy)
        code = app.accounts.reset_by_operator(system("recovery"), id)
        # The journal's head is signed at once, as after an emergency appointment by `break-glass`.
        app.internals.services.audit.heads.sign_due_head(system("keeper"), hours=0, entries=1)
    _print_setup_code(code)


@officers.command()
@click.argument("id")
@with_json_option
@as_officer
def deactivate(app: App, me: Actor, id: str) -> None:
    """End all roles of an officer at once, with all sign-ins and API tokens; open tips go back to the units."""
    officer = app.accounts.deactivate(me, id)
    output_sentence(_("{name} has no role any more, and is signed in nowhere"), name=officer.name, officer=officer.id)


@officers.command("sign-out")
@click.argument("id")
@with_json_option
@as_officer
def sign_out(app: App, me: Actor, id: str) -> None:
    """End all sign-ins and API tokens of an officer."""
    app.accounts.end_sessions(me, id)
    output_sentence(_("officer {officer} is signed in nowhere"), officer=id)


@officers.command()
@click.argument("id")
@with_json_option
@as_officer
def tokens(app: App, me: Actor, id: str) -> None:
    """List the API tokens of an officer."""
    print_tokens(app.accounts.tokens_of(me, id))


@officers.command("revoke-token")
@click.argument("token")
@with_json_option
@as_officer
def revoke_token(app: App, me: Actor, token: str) -> None:
    """End an API token of an officer of your units."""
    app.accounts.withdraw_token(me, token)
    output_sentence(_("API token {token} is revoked"), token=token)


@officers.command("recovery-copy")
@click.argument("file", type=FILE)
@passphrase_option
@with_json_option
@with_app
def recovery_copy(app: App, file: Path, passphrase_file: Path | None) -> None:
    """Write a copy of the keys under a passphrase: the same as `anninh keys recovery`."""
    print_trial(file, write_recovery_copy(app, file, passphrase_file))


@officers.command("break-glass")
@click.argument("name")
@click.option("--role", required=True, help="The role that is needed.")
@click.option("--recovery", type=FILE, required=True, help="The recovery copy of this store's keys.")
@passphrase_option
@with_json_option
@with_app
def break_glass(app: App, *, name: str, role: str, recovery: Path, passphrase_file: Path | None) -> None:
    """Appoint an officer if no one is left who may: in effect after two days, announced to all officers at once.

    The command needs this machine with its keys, and the recovery copy with its passphrase. A signed head covers the
    entry, and the couriers of the settings bring it to the superior unit; without couriers, hand over the printed hash.
    """
    require_live_keys(
        app.internals.context.keys, read_recovery_copy(recovery, read_passphrase(passphrase_file, confirm=False))
    )
    officer = app.units.break_glass(system("recovery"), name, role, delay=_BREAK_GLASS_DELAY)
    app.internals.services.audit.heads.sign_due_head(
        system("keeper"), hours=0, entries=1
    )  # Couriers bring this head to the superior authority.
    seq, hash = app.internals.context.storage.journal.head()
    valid_from = officer.grants[0].valid_from
    words = _("{name} has {role} on {unit} from {valid_from} (id {id})")
    output_sentence(words, name=officer.name, role=role, unit=officer.unit, valid_from=valid_from, id=officer.id)
    output_sentence(
        _("Every officer is notified. Notify the superior unit: journal line {line}, hash {hash}"), line=seq, hash=hash
    )


def _print_setup_code(code: SetupCode) -> None:
    words = _("{code}  holds until {until}, once; hand it over in person: anninh account setup")
    output_sentence(words, code=code.code, until=code.until)


def _print_proposals(officer: Officer) -> None:
    words = _(
        "{role} on {unit} gives more than you may yourself; another officer confirms it: "
        "anninh officers confirm {officer} {role} {unit}"
    )
    proposed = [role_grant for role_grant in officer.grants if role_grant.is_proposed]
    rows = [{"role": role_grant.role, "unit": role_grant.unit, "officer": officer.id} for role_grant in proposed]
    output_each("proposed", rows, words)


def _build_officer_data(officer: Officer, today: date) -> dict[str, object]:
    grants = [
        {"role": role_grant.role, "unit": role_grant.unit, "state": _describe_state(role_grant, today)}
        for role_grant in officer.grants
    ]
    return {"id": officer.id, "name": officer.name, "unit": officer.unit, "grants": grants}


def _describe_grant(grant: RoleGrant, today: date) -> str:
    return f"{grant.role}, {grant.unit}, {_describe_state(grant, today)}" if grant.role else ""


def _describe_state(grant: RoleGrant, today: date) -> str:
    if not grant.role:
        return ""
    if grant.is_proposed:
        return _("waits for a second person")
    if grant.valid_from > today:
        return _("from {day}").format(day=format_day(grant.valid_from))
    if grant.valid_to < today:
        return _("ended {day}").format(day=format_day(grant.valid_to))
    return _("in force") if grant.valid_to == date.max else _("until {day}").format(day=format_day(grant.valid_to))
