"""Preparing a demo: the messenger is chosen, its settings are written, and unsuitable folders are refused."""

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


def test_plugins_playable_messenger_is_chosen() -> None:
    """A plugin's first messenger on which a demo can run is chosen."""
    assert [(choose_messenger(plugin).plugin, choose_messenger(plugin).type) for plugin in ("mock", "zalo")] == [
        ("mock", "mock"),
        ("zalo", "zalo"),
    ]


@pytest.mark.parametrize(
    ("plugin", "problem"),
    [("assisted", "has no messenger that a demo can run on: choose a plugin whose"), ("zalpo", "isn't installed")],
)
def test_unplayable_plugin_is_refused(plugin: str, problem: str) -> None:
    """A plugin without a messenger for demos and a missing plugin are refused with the reason."""
    with pytest.raises(ConfigurationError, match=problem):
        choose_messenger(plugin)


def test_options_are_read_back_unchanged(tmp_path: Path) -> None:
    """Option names with dots and values with quotes, backslashes and accents are read back unchanged."""
    options = {"base.openapi": "http://127.0.0.1:1/openapi", "secret": 'một "hai" \\ ba'}
    (tmp_path / FILE_NAME).write_text(
        choose_messenger("zalo").render_settings(options, viewer="ai-do"), encoding="utf-8"
    )

    settings = load_settings(tmp_path)

    assert settings.messengers[INSTANCE].options == options
    assert settings.local_user == "ai-do"
    assert "zalo" in settings.plugins


def test_only_paced_platforms_get_a_pace(tmp_path: Path) -> None:
    """A platform with a sending pace gets a pace so high that no step of the play reaches it; the mock chat has
    none.
    """
    paces = {}
    for plugin in ("mock", "zalo"):
        (tmp_path / FILE_NAME).write_text(choose_messenger(plugin).render_settings({}, viewer=""), encoding="utf-8")
        paces[plugin] = load_settings(tmp_path).messengers[INSTANCE].pace

    assert paces["mock"] is None
    assert paces["zalo"] is not None
    assert paces["zalo"].burst >= 1000


def test_a_play_over_another_messenger_is_refused(tmp_path: Path) -> None:
    """A stopped play can only be continued with the messenger that began it, and a refusal leaves the folder's files
    unchanged.
    """
    open_stage(tmp_path).close()
    before = {path.name for path in tmp_path.iterdir()}

    with pytest.raises(
        ConfigurationError, match=r"a messenger of type 'zalo' \(type of the demo there: mock\): name another folder"
    ):
        open_stage(tmp_path, "zalo", open_background_server)
    assert {path.name for path in tmp_path.iterdir()} == before


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    """A folder whose settings lack the play's messenger instance belongs to another installation and is refused."""
    (tmp_path / FILE_NAME).write_text("", encoding="utf-8")

    with pytest.raises(ConfigurationError, match="doesn't hold a demo with a messenger of type"):
        open_stage(tmp_path)


def test_ended_platform_is_refused_with_remedy(tmp_path: Path) -> None:
    """The simulated Zalo ends with its process, so the play can't be resumed, and the error names the remedy."""
    open_stage(tmp_path, "zalo", open_background_server).close()

    with pytest.raises(
        ConfigurationError,
        match="simulated platform of type 'zalo', which ended with its process, so the demo can't go on: name",
    ):
        open_stage(tmp_path, "zalo", open_background_server)


def test_platform_needs_a_web_server(tmp_path: Path) -> None:
    """A platform that posts its events over HTTP is refused without a web server that receives them, and the refused
    folder can still be used afterwards.
    """
    with pytest.raises(ConfigurationError, match="This platform posts its events over HTTP: pass `door` to the"):
        run(tmp_path, messenger="zalo", until=FIRST_DAY)

    open_stage(tmp_path, "zalo", open_background_server).close()
