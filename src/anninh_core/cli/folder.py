"""The folder that a command works in, and the officer it acts as."""

from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec

import click

from anninh_core.app import FILE_NAME, App, Settings, load_settings, open_app
from anninh_core.cli.options import at_option
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.profile import load_profile
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase.actor import Actor
from anninh_core.vocabulary.district import District

P = ParamSpec("P")
Command = Callable[P, None]

officer_option = click.option(
    "--as",
    "officer",
    default="",
    metavar="OFFICER",
    help="Id of the officer to act as, instead of `local_user`. Unsafe: nobody checks that you are that officer.",
)


@contextmanager
def enter_folder(at: Path) -> Iterator[tuple[Settings, District]]:
    """Read settings and profile of a folder, and make relative paths in both count from it meanwhile."""
    settings = load_settings(at)
    with chdir(at):
        yield settings, load_profile(settings.profile)


def with_profile(body: Callable[Concatenate[District, P], None]) -> Callable[..., None]:
    """Give a command the folder's profile."""

    @at_option
    @wraps(body)
    def call(at: Path, *args: P.args, **kwargs: P.kwargs) -> None:
        with enter_folder(at) as (_, district):
            body(district, *args, **kwargs)

    return call


def with_settings(body: Callable[Concatenate[Settings, District, P], None]) -> Callable[..., None]:
    """Give a command the folder's settings and profile, and leave the rest to it."""

    @at_option
    @wraps(body)
    def call(at: Path, *args: P.args, **kwargs: P.kwargs) -> None:
        with enter_folder(at) as (settings, district):
            body(settings, district, *args, **kwargs)

    return call


def with_app(body: Callable[Concatenate[App, P], None]) -> Callable[..., None]:
    """Give a command the folder's app; it is closed afterwards."""

    @at_option
    @wraps(body)
    def call(at: Path, *args: P.args, **kwargs: P.kwargs) -> None:
        with enter_folder(at) as (settings, district), open_app(district, settings) as app:
            body(app, *args, **kwargs)

    return call


def as_officer(body: Callable[Concatenate[App, Actor, P], None]) -> Callable[..., None]:
    """Give a command the folder's app and the officer it acts as."""

    @at_option
    @officer_option
    @wraps(body)
    def call(at: Path, officer: str, *args: P.args, **kwargs: P.kwargs) -> None:
        with open_as_officer(at, officer) as (app, actor):
            body(app, actor, *args, **kwargs)

    return call


@contextmanager
def open_as_officer(at: Path, officer: str) -> Iterator[tuple[App, Actor]]:
    """Open a folder's app, and name the officer to act as; `local_user` where none is named."""
    with enter_folder(at) as (settings, district), open_app(district, settings) as app:
        yield app, _resolve_actor(app, at, officer or settings.local_user)


def _resolve_actor(app: App, at: Path, officer: str) -> Actor:
    if not officer:
        raise ConfigurationError(f"nobody to act as; give --as OFFICER, or set `local_user` in {at / FILE_NAME}")
    return UnsafeLocalUsers(app).get_actor(officer)
