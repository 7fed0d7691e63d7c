"""The command group `anninh zalo`."""

from typing import NoReturn

import click

from anninh_core.kernel.errors import MissingExtra
from anninh_zalo.cli.sandbox import sandbox


@click.group()
def zalo() -> None:
    """Log an official account of Zalo in, look after accounts and bots, and play Zalo for tests."""


def _build_unavailable_command(name: str, missing: MissingExtra) -> click.Command:
    """Return a command that, with any arguments, raises the error about the missing extra."""

    def raise_missing_extra(**_arguments: object) -> NoReturn:
        raise missing

    return click.Command(
        name,
        callback=raise_missing_extra,
        params=[click.Argument(["arguments"], nargs=-1, type=click.UNPROCESSED)],
        context_settings={"ignore_unknown_options": True, "help_option_names": []},
        short_help=str(missing),
    )


zalo.add_command(sandbox)
try:
    from anninh_zalo.cli.login import login
    from anninh_zalo.cli.status import status
    from anninh_zalo.cli.webhook import webhook
except MissingExtra as missing:  # The pretend Zalo needs no HTTP client, but the other commands do.
    for name in ("login", "status", "webhook"):
        zalo.add_command(_build_unavailable_command(name, missing))
else:
    for command in (login, status, webhook):
        zalo.add_command(command)
