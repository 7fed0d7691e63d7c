"""`anninh groups`."""

import json
from pathlib import Path

from tests.cli.conftest import GROUP, Read, Run


def test_groups_are_listed(run: Run, read: Read) -> None:
    """With unit, state and name; programs get the board too."""
    assert f"ninh-hoa  active  oa                      1  {GROUP}" in run("groups", "list").stdout
    (group,) = read("groups", "list", "--unit", "ninh-hoa", "--state", "active")
    assert group["board"][0]["name"] == "Trung tá Mẫu"


def test_no_group_is_said(run: Run) -> None:
    """A filter that nothing fits gives a sentence."""
    assert run("groups", "list", "--state", "closed").stdout == "There is no such group.\n"


def test_the_directory_is_written(run: Run, tmp_path: Path) -> None:
    """As a page, or as JSON by the file's name."""
    page = tmp_path / "danh-ba.html"
    data = tmp_path / "danh-ba.json"

    assert run("groups", "directory", "--out", str(page)).stdout == f"{page}: 1 groups\n"
    assert run("groups", "directory", "--out", str(data)).exit_code == 0
    assert GROUP in page.read_text(encoding="utf-8")
    assert json.loads(data.read_text(encoding="utf-8"))["groups"][0]["unit_name"] == "xã Ninh Hòa"


def test_a_place_that_cant_be_written_is_named(run: Run, tmp_path: Path) -> None:
    """One sentence names the path and the reason."""
    done = run("groups", "directory", "--out", str(tmp_path / "none" / "x.html"))

    assert done.exit_code == 1
    assert done.stderr == f"anninh: {tmp_path}/none/x.html: there is no such file or folder.\n"
