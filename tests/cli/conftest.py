"""Fixtures for a folder made by `anninh init`, with a group, two tips, a failed reply and a draft report."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any, cast

import pytest
from click.testing import CliRunner, Result

from anninh_core.app import FILE_NAME, App, load_settings, open_app
from anninh_core.cli.root import anninh
from anninh_core.domain.units.model import OFFICER
from anninh_core.ports.storages.changes import Record
from anninh_core.profile import load_profile
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.mock.adapter import MockMessenger
from anninh_core.usecase.actor import Actor

Run = Callable[..., Result]
"""A function that runs the command line with the given arguments and with `input` as standard input, and returns the
result.
"""
Read = Callable[..., Any]
"""A function that runs the command line with the given arguments, and returns the JSON that it prints."""

GAMBLING = "Có nhóm thanh niên tụ tập đánh bạc ở đầu làng,\ngần nhà văn hoá"
FIRE = "Cháy nhà ở xóm 3 các anh ơi, đến ngay"
GROUP = "Nhóm Zalo An ninh xã Ninh Hòa"


@contextmanager
def open_folder(folder: Path) -> Iterator[tuple[App, Actor]]:
    """Open the app of `folder`, and yield it with the folder's local user."""
    settings = load_settings(folder)
    with chdir(folder), open_app(load_profile(settings.profile), settings) as app:
        yield app, UnsafeLocalUsers(app).get_actor(settings.local_user)


def grant_all_roles(app: App, actor: Actor) -> None:
    """Grant an officer every role, even roles that exclude each other."""
    officer = app.internals.context.open_record(
        OFFICER, cast("Record", app.internals.context.storage.records.get("officer", actor.id))
    )
    for role in app.district.roles.keys() - {grant.role for grant in officer.grants}:
        UnsafeLocalUsers(app).grant(actor, role, app.district.root)


def get_mock_messenger(app: App) -> MockMessenger:
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    return messenger


def process_chat_events(app: App) -> None:
    """Deliver all events of the chat to the app, and drain its queues."""
    for request in get_mock_messenger(app).chat.webhooks():
        app.intake.accept("oa", request)
    app.worker.drain()


@pytest.fixture(scope="session")
def prepared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that every test copies for its own use."""
    folder = tmp_path_factory.mktemp("cli") / "hoa-lu"
    assert CliRunner().invoke(anninh, ["init", str(folder), "--mock"]).exit_code == 0
    with open_folder(folder) as (app, me):
        grant_all_roles(app, me)
        group = app.groups.establish(me, "ninh-hoa", kind="commune", title=GROUP, messenger="oa")
        app.groups.seat(me, group.id, "owner", officer=me.id, name="Trung tá Mẫu")
        app.groups.launch(me, group.id)
        app.worker.drain()
        chat = get_mock_messenger(app).chat
        chat.says(chat.person("Chị Mẫu"), FIRE)
        process_chat_events(app)
        chat.says(chat.person("Anh Mẫu"), GAMBLING)
        chat.fail_next("rejected")
        process_chat_events(app)
        tip = app.tips.search(me, "danh bac").items[0]
        app.tips.triage(
            me, tip.id, unit="ninh-hoa", category="crime", urgency="ordinary", legal_kind="crime_report", place="làng"
        )
        app.reports.begin(me, "ninh-hoa", "roll-out", 2021)
    return folder


@pytest.fixture
def folder(prepared_folder: Path, tmp_path: Path) -> Path:
    """A copy of the prepared folder for one test."""
    return Path(shutil.copytree(prepared_folder, tmp_path / "at"))


@pytest.fixture
def run(folder: Path) -> Run:
    """Function that runs `anninh` in this process, on the folder, without a terminal."""

    def invoke(*words: str, input: str | None = None, env: dict[str, str] | None = None) -> Result:
        environment = {
            "ANNINH_AT": str(folder),
            "COLUMNS": "80",
            "XDG_CONFIG_HOME": str(folder / "config"),
            **(env or {}),
        }
        result = CliRunner().invoke(anninh, words, input=input, env=environment)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return result

    return invoke


@pytest.fixture
def read(run: Run) -> Read:
    """Function that runs a command with `--json`, and returns the parsed output."""

    def invoke(*words: str) -> Any:
        result = run(*words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return invoke


@pytest.fixture
def folder_without_data(folder: Path, tmp_path: Path) -> Path:
    """A folder with only the settings and the keys."""
    place = tmp_path / "place"
    place.mkdir()
    for name in (FILE_NAME, "anninh.keys"):
        shutil.copy(folder / name, place)
    return place


@pytest.fixture
def officer(folder: Path) -> Callable[..., str]:
    """Function that appoints an officer with roles on a unit, and returns the officer's id."""

    def appoint(unit: str, *roles: str) -> str:
        with open_folder(folder) as (app, _):
            return UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", unit, *roles).id

    return appoint


@contextmanager
def start_process(*words: str, at: Path | None = None) -> Iterator[Popen[str]]:
    """Start `anninh` as a separate process, and kill it at the end if it still runs."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONWARNINGS": "error"}
    if at is not None:
        environment["ANNINH_AT"] = str(at)
    command = [sys.executable, "-m", "anninh_core.cli", *words]
    with Popen(command, env=environment, stdin=PIPE, stdout=PIPE, stderr=PIPE, encoding="utf-8") as started:
        try:
            yield started
        finally:
            started.kill()
