"""The folder that a command works in, and the officer who runs the command."""

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
from anninh_core.kernel.errors import AnninhError, ConfigurationError, NotSignedIn
from anninh_core.kernel.sentences import Sentence
from anninh_core.profile import load_profile
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase.actor import Actor
from anninh_core.vocabulary.district import District

P = ParamSpec("P")
Command = Callable[P, None]

_OFFICERS = frozenset({"officer", "officers"})
"""Names of those values in sentences that are ids of officers."""

officer_option = click.option(
    "--as",
    "officer",
    default="",
    metavar="OFFICER",
    help="In a trial with `unsafe_local_users`: id of the officer to act as. It isn't checked that "
    "you are that officer.",
)


@contextmanager
def enter_folder(at: Path) -> Iterator[tuple[Settings, District]]:
    """Load settings and profile of a folder; meanwhile it is the working directory, for relative paths in both."""
    settings = load_settings(at)
    with chdir(at):
        yield settings, load_profile(settings.profile)


def with_settings(body: Callable[Concatenate[Settings, District, P], None]) -> Callable[..., None]:
    """Give a command the folder's settings and profile."""

    @at_option
    @wraps(body)
    def call(at: Path, *args: P.args, **kwargs: P.kwargs) -> None:
        with enter_folder(at) as (settings, district):
            body(settings, district, *args, **kwargs)

    return call


def with_app(body: Callable[Concatenate[App, P], None]) -> Callable[..., None]:
    """Give a command the folder's app, and close it afterwards."""

    @at_option
    @wraps(body)
    def call(at: Path, *args: P.args, **kwargs: P.kwargs) -> None:
        with enter_folder(at) as (settings, district), open_app(district, settings) as app:
            body(app, *args, **kwargs)

    return call


def as_officer(body: Callable[Concatenate[App, Actor, P], None]) -> Callable[..., None]:
    """Give a command the folder's app and the officer who runs it."""

    @at_option
    @officer_option
    @wraps(body)
    def call(at: Path, officer: str, *args: P.args, **kwargs: P.kwargs) -> None:
        with open_as_officer(at, officer) as (app, actor):
            body(app, actor, *args, **kwargs)

    return call


@contextmanager
def open_as_officer(at: Path, officer: str, *, only_reads: bool = False) -> Iterator[tuple[App, Actor]]:
    """Open a folder's app and find the acting officer: the one who has signed in, or in a trial the one named by
    `officer`.

    Args:
        officer: id of the officer named in a trial, "" for none.
        only_reads: whether nothing may be written, see `Parts`.
    """
    with (
        enter_folder(at) as (settings, district),
        open_app(district, settings, Parts(only_reads=only_reads)) as app,
    ):
        actor = find_actor(app, settings, at, officer, notes_use=not only_reads)
        if actor is None:
            if not settings.unsafe_local_users:
                raise ConfigurationError("You aren't signed in: sign in with `anninh login --at {folder}`.", folder=at)
            raise ConfigurationError(
                "You aren't signed in: sign in with `anninh login --at {folder}`. In this trial you can give "
                "--as OFFICER instead, or set `local_user` in {file}.",
                folder=at,
                file=at / FILE_NAME,
            )
        left_out: list[int] = []
        app.internals.runner.note_left_out = left_out.append
        try:
            yield app, actor
        except AnninhError as error:
            error.sentence = _name_officers(error.sentence, app.internals.runner.permits.name_officer)
            raise
        if left_out:
            echo(_("{count} records can't be opened and aren't shown.").format(count=sum(left_out)), err=True)


def _name_officers(sentence: Sentence, name_officer: Callable[[str], str]) -> Sentence:
    """Return the sentence of an error with officers' names in place of their ids, which people don't know by heart."""

    def find_name(key: str, value: object) -> object:
        if isinstance(value, Sentence):
            return _name_officers(value, name_officer)
        if key not in _OFFICERS:
            return value
        return tuple(map(name_officer, value)) if isinstance(value, tuple) else name_officer(str(value))

    return Sentence(sentence.template, **{key: find_name(key, value) for key, value in sentence.values.items()})


def find_actor(app: App, settings: Settings, at: Path, officer: str = "", *, notes_use: bool = True) -> Actor | None:
    """Return the acting officer, or None if no officer has signed in.

    Args:
        officer: id of the officer named in a trial, "" for none.
        notes_use: whether this counts as a use of the session.

    Raises:
        ConfigurationError: the settings allow no unsafe local users, or there is no officer with this id.
        NotSignedIn: the session has ended.
    """
    if officer:
        return _find_local_user(app, settings, at, officer)
    if token := SessionFile(app).read():
        try:
            return app.accounts.authenticate_token(token, notes_use=notes_use)
        except NotSignedIn:
            raise NotSignedIn(
                "Your sign-in has ended: sign in again with `anninh login --at {folder}`.", folder=at
            ) from None
    return _find_local_user(app, settings, at, settings.local_user) if settings.local_user else None


def _find_local_user(app: App, settings: Settings, at: Path, officer: str) -> Actor:
    if not settings.unsafe_local_users:
        raise ConfigurationError(
            "{file} doesn't allow unsafe local users, so you can't act as {officer!r} without signing in: "
            "sign in with `anninh login --at {folder}`, or, in a trial without real data, set "
            "`unsafe_local_users = true` in that file.",
            file=at / FILE_NAME,
            officer=officer,
            folder=at,
        )
    return UnsafeLocalUsers(app).get_actor(officer)
