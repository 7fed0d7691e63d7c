"""Creation of the first officer's account in a new folder: at once with a name and a password, or later with a code."""

import sys
from collections.abc import Sequence
from datetime import datetime
from gettext import gettext as _
from pathlib import Path

import click
from attrs import field, frozen

from anninh_core.app import App
from anninh_core.cli.accounts.login import build_local_client
from anninh_core.cli.accounts.prompts import ask_secret
from anninh_core.cli.output import echo
from anninh_core.cli.results import output_sentence
from anninh_core.domain.accounts.credentials.passwords import check_password
from anninh_core.domain.accounts.rules import require_name
from anninh_core.kernel.errors import AnninhError, BadInput
from anninh_core.usecase.actor import system


@frozen
class FirstSignIn:
    """Sign-in name and password of the first officer."""

    name: str
    password: str = field(repr=False)


def ask_first_sign_in(name: str, public_names: Sequence[str]) -> FirstSignIn | None:
    """Ask for the first officer's sign-in name and password; return None if a code is to be shown instead.

    At a terminal, a missing name is asked for, and name and password are asked for again until they are valid; the
    password is typed twice. In a pipe the password is a line of standard input.

    Args:
        name: name as it was given; "" for none.
        public_names: names of the officer and of the authority, which a password must not be made of.

    Raises:
        BadInput: in a pipe, name or password isn't valid.
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
            valid_name = require_name(name)
            password = ask_secret(_("Password"), confirm=True)
            check_password(password, valid_name, public_names)
        except BadInput as refused:
            if not at_terminal:
                raise
            echo(str(refused), err=True)
            name = click.prompt(_("Sign-in name"), default=name, err=True)
        else:
            return FirstSignIn(valid_name, password)
    return None


def open_account(app: App, at: Path, officer: str, sign_in: FirstSignIn | None) -> None:
    """Make the first officer's account, or show the code for making it; the code is also shown if making it fails."""
    code = app.accounts.invite(system("setup"), officer)
    if sign_in is not None:
        try:
            app.accounts.set_up(code.code, sign_in.name, sign_in.password, client=build_local_client())
        except AnninhError:
            _show_code(code.code, code.until, at)
            raise
        output_sentence(
            _("{sign_in_name} is that officer's sign-in name; sign in, and add a second factor:"),
            sign_in_name=sign_in.name,
        )
        output_sentence(f"  anninh login --at {at}")
        output_sentence(f"  anninh account totp --at {at}")
        return
    _show_code(code.code, code.until, at)


def _show_code(code: str, until: datetime, at: Path) -> None:
    words = _("{code} sets that officer's sign-in name and password, once, until {until}; hand it over:")
    output_sentence(words, code=code, until=until)
    output_sentence(f"  anninh account setup --at {at}")
