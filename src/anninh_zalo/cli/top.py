"""Which commands there are."""

import click

from anninh_zalo.cli.login import login
from anninh_zalo.cli.sandbox import sandbox
from anninh_zalo.cli.status import status
from anninh_zalo.cli.webhook import webhook


@click.group()
def zalo() -> None:
    """Log an official account of Zalo in, look after accounts and bots, and play Zalo for tests."""


zalo.add_command(login)
zalo.add_command(status)
zalo.add_command(sandbox)
zalo.add_command(webhook)
