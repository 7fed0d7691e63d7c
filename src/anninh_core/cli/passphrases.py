"""Reading of the passphrase of a bundle or of a recovery copy."""

import os
from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.app.bootstrap.passphrase import read_first_line
from anninh_core.cli.options import FILE

PASSPHRASE = "ANNINH_PASSPHRASE"  # noqa: S105  the name of an environment variable

passphrase_option = click.option(
    "--passphrase-file",
    type=FILE,
    help=f"File whose first line is the passphrase.  [default: ${PASSPHRASE}, or it is asked for]",
)


def read_passphrase(file: Path | None, *, confirm: bool, prompt: str = "") -> str:
    """Return the passphrase from a file, the environment or a prompt; never from the command line, which other users
    see.
    """
    if file is not None:
        return read_first_line(file)
    if passphrase := os.environ.get(PASSPHRASE):
        return passphrase
    entered: str = click.prompt(prompt or _("Passphrase"), hide_input=True, confirmation_prompt=confirm, err=True)
    return entered
