"""Command-line options that select the messenger for a command."""

from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import click

from anninh_core.kernel.errors import ConfigurationError, MissingExtra
from anninh_core.ports.commands import CommandLine
from anninh_core.ports.messengers.messenger import Messenger

try:
    from anninh_zalo.bot.messenger import ZaloBot
    from anninh_zalo.official import OfficialAccount
except ImportError as missing:
    raise MissingExtra("the Zalo adapter", "zalo") from missing

P = ParamSpec("P")
M = TypeVar("M", bound=Messenger)


def _with_messenger(kind: type[M], what: str, body: Callable[Concatenate[M, P], None]) -> Callable[..., None]:
    """Pass the selected messenger to a command, and close all messengers afterwards."""

    @click.option(
        "--at",
        type=click.Path(file_okay=False, resolve_path=True, path_type=Path),
        default=None,
        envvar="ANNINH_AT",
        show_envvar=True,
        metavar="DIR",
        help="Folder with anninh.toml.  [default: the current one]",
    )
    @click.option("--instance", default="", metavar="NAME", help="Which one, if the settings have several.")
    @wraps(body)
    def call(at: Path | None, instance: str, *args: P.args, **kwargs: P.kwargs) -> None:
        line: CommandLine = click.get_current_context().obj
        with line.messengers(at) as messengers:
            body(select_messenger(messengers, kind, what, instance), *args, **kwargs)

    return call


def with_account(body: Callable[Concatenate[OfficialAccount, P], None]) -> Callable[..., None]:
    """Pass the selected official account to a command."""
    return _with_messenger(OfficialAccount, "official account", body)


def with_bot(body: Callable[Concatenate[ZaloBot, P], None]) -> Callable[..., None]:
    """Pass the selected bot to a command."""
    return _with_messenger(ZaloBot, "bot", body)


def select_messenger(messengers: Mapping[str, Messenger], kind: type[M], what: str, instance: str = "") -> M:
    """Return the messenger of an instance, or without a name the only one of its kind.

    Raises:
        ConfigurationError: no messenger of this kind or with this name, or several and no name.
    """
    candidates = {name: messenger for name, messenger in messengers.items() if isinstance(messenger, kind)}
    if not candidates:
        raise ConfigurationError(
            "The settings have no {kind:record}: add the plugin 'zalo', and a section `[messengers.NAME]` for it.",
            kind=what,
        )
    if instance and instance not in candidates:
        raise ConfigurationError(
            "The settings have no {kind:record} named {messenger!r}: choose one of {allowed}.",
            kind=what,
            messenger=instance,
            allowed=tuple(candidates),
        )
    if not instance and len(candidates) > 1:
        raise ConfigurationError(
            "The settings have more than one {kind:record}: choose one of {allowed} with `--instance`.",
            kind=what,
            allowed=tuple(candidates),
        )
    return candidates[instance] if instance else next(iter(candidates.values()))
