"""`anninh groups`, as the board works with them."""

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


def test_a_group_is_founded_seated_and_launched(person: Appoint, tmp_path: Path) -> None:
    """Found by its unit or its title; the documents are files."""
    board = person("ninh-van", "board_admin", name="Chị Vân")
    assert "--yes" in board.refused(*FOUND)["message"]
    assert board.read(*FOUND, "--yes")["state"] == "forming"
    seated = board.run("groups", "seat", "ninh-van", "--post", "owner", "--officer", "chị vân").stdout
    assert seated.startswith("An ninh Ninh Vân: forming")
    paper = tmp_path / "quyet-dinh.txt"
    paper.write_text("Quyết định", encoding="utf-8")
    assert board.read("groups", "launch", "an ninh ninh vân", "--document", str(paper), "--yes")["state"] == "active"
    assert "owner: Chị Vân" in board.run("groups", "show", "ninh-van").stdout


def test_others_found_nothing(person: Appoint) -> None:
    """A moderator may look, and no more; an unknown group is told."""
    moderator = person("ninh-hoa", "moderator")
    assert moderator.refused(*FOUND, "--yes")["code"] == "Refused"
    assert moderator.read("groups", "show", "ninh-hoa")["unit"] == "ninh-hoa"
    assert moderator.refused("groups", "show", "ninh-xuan")["code"] == "NotFound"
