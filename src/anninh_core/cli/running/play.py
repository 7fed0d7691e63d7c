"""`anninh play`: talk to the app as a resident, in a terminal or through a pipe."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from gettext import gettext as _
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from anninh_core.app import FILE_NAME, App, MessengerSettings, Settings, open_app
from anninh_core.cli.folder import enter_folder
from anninh_core.cli.options import FOLDER
from anninh_core.cli.output import echo
from anninh_core.cli.running.player import Player
from anninh_core.domain.groups.model import OWNER
from anninh_core.domain.units.rules import choose_compatible_roles
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.plugins import DEFAULT_PLUGINS
from anninh_core.profile import load_profile
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.mock.adapter import MockMessenger
from anninh_core.vocabulary.district import District

_INSTANCE = "oa"
_PROFILE = "hoa_lu_2021"


@click.command()
@click.option(
    "--at",
    type=FOLDER,
    envvar="ANNINH_AT",
    show_envvar=True,
    metavar="DIR",
    help="Folder with anninh.toml and a mock messenger.  [default: the current one, if it has settings, else one that "
    "is gone afterwards]",
)
@click.option(
    "--profile", default="", help="Play on this profile, in a folder that is gone afterwards.  [default: hoa_lu_2021]"
)
@click.option("--name", default="Resident", show_default=True, help="Who you are.")
def play(at: Path | None, profile: str, name: str) -> None:
    """Talk to the app as a resident: your lines are sent as messages, the app's answers are printed. /help lists
    more.
    """
    if not name.strip():
        raise click.BadParameter(_("say who you are"), param_hint="--name")
    if at and profile:
        problem = _("{folder} has a profile; leave --profile out, or play without --at and ANNINH_AT")
        raise click.UsageError(problem.format(folder=at))
    if at is None and not profile and Path(FILE_NAME).exists():
        at = Path.cwd()
    with _open_folder_app(at) if at else _open_temporary_app(profile or _PROFILE) as app:
        player = Player(app, _find_mock(app), name)
        echo(_build_banner(at, app.district), err=True)
        for line in _read_lines(player):
            if not player.run_line(line):
                break


def _build_banner(at: Path | None, district: District) -> str:
    if at is not None:
        return _("This simulation runs in {folder}, which keeps the conversation.").format(folder=at)
    words = _("This plays on {profile} and nothing of it is kept; --at DIR plays in a folder of `anninh init --mock`.")
    return words.format(profile=district.id)


@contextmanager
def _open_folder_app(at: Path) -> Iterator[App]:
    with enter_folder(at) as (settings, district), open_app(district, settings) as app:
        yield app


@contextmanager
def _open_temporary_app(profile: str) -> Iterator[App]:
    """Open an app with one group, in a folder that is removed afterwards."""
    district = load_profile(profile)
    settings = Settings(plugins=(*DEFAULT_PLUGINS, "mock"), messengers={_INSTANCE: MessengerSettings(type="mock")})
    with (
        TemporaryDirectory(prefix="anninh-play-") as folder,
        open_app(district, settings.resolve_paths(Path(folder))) as app,
    ):
        _create_group(app, district)
        yield app


def _create_group(app: App, district: District) -> None:
    """Found the group of the first commune, if the profile has communes and kinds of groups."""
    units = [district.unit(id) for id in district.subtree(district.root)]
    communes = [unit for unit in units if district.levels[unit.level].counts]
    kinds = [key.partition(".")[2] for key in district.wording if key.startswith("group_kind.")]
    if not communes or not kinds:
        return
    unit = communes[0]
    host = UnsafeLocalUsers(app).appoint("Host", district.root, *choose_compatible_roles(district))
    group = app.groups.establish(host, unit.id, kind=kinds[0], title=unit.name, messenger=_INSTANCE)
    app.groups.seat(host, group.id, OWNER, officer=host.id, name="Host")
    app.groups.launch(host, group.id)
    app.worker.drain()


def _find_mock(app: App) -> MockMessenger:
    for messenger in app.internals.messengers.values():
        if isinstance(messenger, MockMessenger):
            return messenger
    raise ConfigurationError(
        "anninh.toml has no mock messenger to talk through: add the plugin 'mock' and a messenger of type "
        "'mock', as `anninh init DIR --mock` does, or play elsewhere with --profile."
    )


def _read_lines(player: Player) -> Iterator[str]:
    """Yield the lines that are typed, with invalid bytes replaced."""
    if not _on_terminal():
        for line in sys.stdin:
            echo(f"{player.prompt}> {_clean_line(line)}")
            yield _clean_line(line)
        return
    import readline  # noqa: F401, PLC0415  on a terminal, `input` then lets the line be edited

    echo(_("You write to the official account. /help lists the commands, /quit ends."))
    while True:
        try:
            yield _clean_line(input(f"{player.prompt}> "))
        except EOFError:
            echo()
            return


def _on_terminal() -> bool:
    return sys.stdin.isatty()


def _clean_line(line: str) -> str:
    return line.encode("utf-8", "replace").decode().strip()
