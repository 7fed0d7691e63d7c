"""How the first officer of a new folder comes in: by a code, or by a name and password that are set at once."""

import sys
from collections.abc import Sequence
from datetime import datetime
from gettext import gettext as _
from pathlib import Path

import click
from attrs import field, frozen

from anninh_core.app import App
from anninh_core.cli.accounts.login import here
from anninh_core.cli.accounts.prompts import ask_secret
from anninh_core.cli.output import echo
from anninh_core.cli.results import say
from anninh_core.domain.accounts.credentials.passwords import check_password
from anninh_core.domain.accounts.rules import require_name
from anninh_core.kernel.errors import AnninhError, BadInput
from anninh_core.usecase.actor import system


@frozen
class FirstSignIn:
    """What the first officer signs in by."""

    name: str
    password: str = field(repr=False)


def ask_first_sign_in(name: str, public_names: Sequence[str]) -> FirstSignIn | None:
    """Return name and password that somebody chooses, None where a code is to be shown instead.

    At a terminal whoever named nothing is asked for a name, and for other words until they fit; the password is typed
    twice. In a pipe the password is a line of standard input.

    Args:
        name: as it was given; "" for none.
        public_names: those of the officer and of the authority: a password isn't made of these.

    Raises:
        BadInput: in a pipe, what was given doesn't fit.
    """
    at_terminal = sys.stdin.isatty()
    if not name and at_terminal:
        name = click.prompt(
            _("Sign-in name of the first officer, or empty for a code"),
            default="",
            show_default=False,
            err=True,
        )
    while name:
        try:
            chosen = require_name(name)
            password = ask_secret(_("Password"), confirm=True)
            check_password(password, chosen, public_names)
        except BadInput as refused:
            if not at_terminal:
                raise
            echo(str(refused), err=True)
            name = click.prompt(_("Sign-in name"), default=name, err=True)
        else:
            return FirstSignIn(chosen, password)
    return None


def open_account(app: App, at: Path, officer: str, chosen: FirstSignIn | None) -> None:
    """Give the first officer an account, or show the code that makes one; whatever fails, the code isn't lost."""
    code = app.accounts.invite(system("setup"), officer)
    if chosen is not None:
        try:
            app.accounts.set_up(code.code, chosen.name, chosen.password, client=here())
        except AnninhError:
            _show_code(code.code, code.until, at)
            raise
        say(
            _("{sign_in_name} is that officer's sign-in name; sign in, and add a second factor:"),
            sign_in_name=chosen.name,
        )
        say(f"  anninh login --at {at}")
        say(f"  anninh account totp --at {at}")
        return
    _show_code(code.code, code.until, at)


def _show_code(code: str, until: datetime, at: Path) -> None:
    words = _("{code} sets that officer's sign-in name and password, once, until {until}; hand it over:")
    say(words, code=code, until=until)
    say(f"  anninh account setup --at {at}")
