"""The folder that a command works in, and the officer it acts as."""

from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from functools import wraps
from gettext import gettext as _
from pathlib import Path
from typing import Concatenate, ParamSpec

import click

from anninh_core.app import FILE_NAME, App, Parts, Settings, load_settings, open_app
from anninh_core.cli.options import at_option
from anninh_core.cli.output import echo
from anninh_core.cli.session_file import SessionFile
from anninh_core.kernel.errors import ConfigurationError, NotSignedIn
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
    help="In a trial with `unsafe_local_users`: id of the officer to act as. Nobody checks that you are that officer.",
)


@contextmanager
def enter_folder(at: Path) -> Iterator[tuple[Settings, District]]:
    """Read settings and profile of a folder, and make relative paths in both count from it meanwhile."""
    settings = load_settings(at)
    with chdir(at):
        yield settings, load_profile(settings.profile)


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
def open_as_officer(at: Path, officer: str, *, only_reads: bool = False) -> Iterator[tuple[App, Actor]]:
    """Open a folder's app, and tell who acts: whoever has signed in; in a trial also whoever is named.

    Args:
        officer: id of whom a trial names, "" for nobody.
        only_reads: whether nothing may be written, see `Parts`.
    """
    with (
        enter_folder(at) as (settings, district),
        open_app(district, settings, Parts(only_reads=only_reads)) as app,
    ):
        actor = find_actor(app, settings, at, officer, notes_use=not only_reads)
        if actor is None:
            way_out = f"sign in by `anninh login --at {at}`"
            if settings.unsafe_local_users:
                file = at / FILE_NAME
                way_out = (
                    f"sign in by `anninh login --at {at}`; in this trial you can give --as OFFICER too, or set "
                    f"`local_user` in {file}"
                )
            raise ConfigurationError(f"nobody is signed in; {way_out}")
        left_out: list[int] = []
        app.runner.note_left_out = left_out.append
        yield app, actor
        if left_out:
            echo(_("{count} records can't be opened and aren't shown.").format(count=sum(left_out)), err=True)


def find_actor(app: App, settings: Settings, at: Path, officer: str = "", *, notes_use: bool = True) -> Actor | None:
    """Return who acts, None where nobody has signed in.

    Args:
        officer: id of whom a trial names, "" for nobody.
        notes_use: whether this counts as a use of the session.

    Raises:
        ConfigurationError: the settings allow no unsafe local users, or there is no such officer.
        NotSignedIn: the sign-in holds no longer.
    """
    if officer:
        return _find_local_user(app, settings, at, officer)
    if token := SessionFile(app).read():
        try:
            return app.accounts.authenticate_token(token, notes_use=notes_use)
        except NotSignedIn:
            raise NotSignedIn(f"your sign-in holds no longer; sign in again: `anninh login --at {at}`") from None
    return _find_local_user(app, settings, at, settings.local_user) if settings.local_user else None


def _find_local_user(app: App, settings: Settings, at: Path, officer: str) -> Actor:
    if not settings.unsafe_local_users:
        raise ConfigurationError(
            f"{at / FILE_NAME} allows no unsafe local users, so nobody acts as {officer!r} unseen: sign in by "
            f"`anninh login --at {at}`, or, in a trial with nothing real in it, set `unsafe_local_users = true` there"
        )
    return UnsafeLocalUsers(app).get_actor(officer)
