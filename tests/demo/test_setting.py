"""Setting the stage: which messenger is played on, what its settings say, and which folders are refused."""

from datetime import date
from pathlib import Path

import pytest

from anninh_core.app.settings import FILE_NAME, load_settings
from anninh_core.demo.platform_setup import INSTANCE, choose_messenger
from anninh_core.demo.play import run
from anninh_core.demo.stage import open_stage
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.web import open_background_server

FIRST_DAY = date(2021, 8, 20)


def test_a_plugin_is_asked_for_its_platform() -> None:
    """What it registers first that can be played on is taken."""
    assert [(choose_messenger(plugin).plugin, choose_messenger(plugin).type) for plugin in ("mock", "zalo")] == [
        ("mock", "mock"),
        ("zalo", "zalo"),
    ]


@pytest.mark.parametrize(
    ("plugin", "problem"),
    [("assisted", "has no messenger that a demo can run on: choose a plugin whose"), ("zalpo", "isn't installed")],
)
def test_what_cannot_be_played_on_is_named(plugin: str, problem: str) -> None:
    """A plugin that brings no platform, and one that there isn't."""
    with pytest.raises(ConfigurationError, match=problem):
        choose_messenger(plugin)


def test_options_stand_in_the_settings_as_they_are(tmp_path: Path) -> None:
    """Names with dots and values with quotes, backslashes and accents are read back unchanged."""
    options = {"base.openapi": "http://127.0.0.1:1/openapi", "secret": 'một "hai" \\ ba'}
    (tmp_path / FILE_NAME).write_text(choose_messenger("zalo").settings(options, viewer="ai-do"), encoding="utf-8")

    settings = load_settings(tmp_path)

    assert settings.messengers[INSTANCE].options == options
    assert settings.local_user == "ai-do"
    assert "zalo" in settings.plugins


def test_only_who_would_be_held_back_gets_a_pace(tmp_path: Path) -> None:
    """A platform with a pace of its own gets one that no step of the play reaches; the mock chat has none."""
    paces = {}
    for plugin in ("mock", "zalo"):
        (tmp_path / FILE_NAME).write_text(choose_messenger(plugin).settings({}, viewer=""), encoding="utf-8")
        paces[plugin] = load_settings(tmp_path).messengers[INSTANCE].pace

    assert paces["mock"] is None
    assert paces["zalo"] is not None
    assert paces["zalo"].burst >= 1000


def test_a_play_over_another_messenger_is_refused(tmp_path: Path) -> None:
    """A folder is played in with the messenger it was begun with; what lies there stays as it is."""
    open_stage(tmp_path).close()
    before = {path.name for path in tmp_path.iterdir()}

    with pytest.raises(
        ConfigurationError, match=r"a messenger of type 'zalo' \(type of the demo there: mock\): name another folder"
    ):
        open_stage(tmp_path, "zalo", open_background_server)
    assert {path.name for path in tmp_path.iterdir()} == before


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    """Settings without the play's messenger instance are somebody's own."""
    (tmp_path / FILE_NAME).write_text("", encoding="utf-8")

    with pytest.raises(ConfigurationError, match="doesn't hold a demo with a messenger of type"):
        open_stage(tmp_path)


def test_a_play_whose_platform_is_gone_is_refused(tmp_path: Path) -> None:
    """The pretend Zalo ends with its process: nobody can take the play up, and the error says what to do."""
    open_stage(tmp_path, "zalo", open_background_server).close()

    with pytest.raises(
        ConfigurationError,
        match="simulated platform of type 'zalo', which ended with its process, so the demo can't go on: name",
    ):
        open_stage(tmp_path, "zalo", open_background_server)


def test_without_a_web_door_nothing_is_begun(tmp_path: Path) -> None:
    """A platform that posts its events needs one; given one, the same folder will do."""
    with pytest.raises(ConfigurationError, match="This platform posts its events over HTTP: pass `door` to the"):
        run(tmp_path, messenger="zalo", until=FIRST_DAY)

    open_stage(tmp_path, "zalo", open_background_server).close()
