"""Which account a command is about."""

from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec

import click

from anninh_core.kernel.errors import ConfigurationError, MissingExtra
from anninh_core.ports.commands import CommandLine
from anninh_core.ports.messenger import Messenger

try:
    from anninh_zalo.official import OfficialAccount
except ImportError as missing:
    raise MissingExtra("the Zalo adapter", "zalo") from missing

P = ParamSpec("P")


def with_account(body: Callable[Concatenate[OfficialAccount, P], None]) -> Callable[..., None]:
    """Give a command the official account that is meant; everything is closed afterwards."""

    @click.option(
        "--at",
        type=click.Path(file_okay=False, resolve_path=True, path_type=Path),
        default=None,
        envvar="ANNINH_AT",
        show_envvar=True,
        metavar="DIR",
        help="Folder with anninh.toml.  [default: the current one]",
    )
    @click.option("--instance", default="", metavar="NAME", help="Which account, if the settings have several.")
    @wraps(body)
    def call(at: Path | None, instance: str, *args: P.args, **kwargs: P.kwargs) -> None:
        line: CommandLine = click.get_current_context().obj
        with line.messengers(at) as messengers:
            body(chosen(messengers, instance), *args, **kwargs)

    return call


def chosen(messengers: Mapping[str, Messenger], instance: str = "") -> OfficialAccount:
    """Return the official account of an instance; without a name the only one.

    Raises:
        ConfigurationError: there is none of this name, none at all, or several and no name.
    """
    accounts = {name: one for name, one in messengers.items() if isinstance(one, OfficialAccount)}
    if not accounts:
        raise ConfigurationError(
            "the settings have no official account; name the plugin 'zalo' and add a [messengers.NAME] of this type"
        )
    names = ", ".join(accounts)
    if instance and instance not in accounts:
        raise ConfigurationError(f"the settings have no official account {instance!r}; there are {names}")
    if not instance and len(accounts) > 1:
        raise ConfigurationError(f"the settings have several official accounts; give --instance with one of {names}")
    return accounts[instance] if instance else next(iter(accounts.values()))
