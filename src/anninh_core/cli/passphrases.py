"""Where a command gets the passphrase of a bundle from."""

import os
from pathlib import Path

import click

from anninh_core.cli.options import FILE
from anninh_core.kernel.errors import ConfigurationError

PASSPHRASE = "ANNINH_PASSPHRASE"  # noqa: S105  the name of an environment variable

passphrase_option = click.option(
    "--passphrase-file",
    type=FILE,
    help=f"File whose first line is the passphrase.  [default: ${PASSPHRASE}, or it is asked for]",
)


def read_passphrase(file: Path | None, *, confirm: bool) -> str:
    """Return the passphrase from a file, the environment or a prompt; never from the command line, which others see."""
    if file is not None:
        first_lines = file.read_text(encoding="utf-8").splitlines()[:1]
        if not first_lines:
            raise ConfigurationError(f"{file} is empty; write the passphrase into its first line")
        return first_lines[0]
    if passphrase := os.environ.get(PASSPHRASE):
        return passphrase
    entered: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True)
    return entered
