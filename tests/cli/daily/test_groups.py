"""`anninh groups` for the management board."""

from pathlib import Path

import pytest
from tests.cli.daily.conftest import Appoint

pytestmark = pytest.mark.slow

FOUND = (
    "groups",
    "found",
    "--unit",
    "Ninh Vân",
    "--kind",
    "commune",
    "--title",
    "An ninh Ninh Vân",
    "--messenger",
    "oa",
)


def test_group_is_founded_and_launched_by_commands(person: Appoint, tmp_path: Path) -> None:
    """A group is founded, staffed and launched by commands that find it by unit or title."""
    board = person("ninh-van", "board_admin", name="Chị Vân")
    assert "--yes" in board.read_refusal(*FOUND)["message"]
    assert board.read(*FOUND, "--yes")["state"] == "forming"
    seated = board.run("groups", "seat", "ninh-van", "--post", "owner", "--officer", "chị vân").stdout
    assert seated.startswith("An ninh Ninh Vân: forming")
    paper = tmp_path / "quyet-dinh.txt"
    paper.write_text("Quyết định", encoding="utf-8")
    assert board.read("groups", "launch", "an ninh ninh vân", "--document", str(paper), "--yes")["state"] == "active"
    assert "owner: Chị Vân" in board.run("groups", "show", "ninh-van").stdout


def test_moderator_cannot_found_a_group(person: Appoint) -> None:
    """A moderator may read a group but not found one, and an unknown group is reported as not found."""
    moderator = person("ninh-hoa", "moderator")
    assert moderator.read_refusal(*FOUND, "--yes")["code"] == "Refused"
    assert moderator.read("groups", "show", "ninh-hoa")["unit"] == "ninh-hoa"
    assert moderator.read_refusal("groups", "show", "ninh-xuan")["code"] == "NotFound"
