"""`anninh groups`."""

import json
from pathlib import Path

from tests.cli.conftest import GROUP, Read, Run


def test_groups_are_listed(run: Run, read: Read) -> None:
    """Groups are listed with unit, state and name, and JSON has their management boards."""
    assert f"ninh-hoa  active  oa                      1  {GROUP}" in run("groups", "list").stdout
    (group,) = read("groups", "list", "--unit", "ninh-hoa", "--state", "active")
    assert group["board"][0]["name"] == "Trung tá Mẫu"


def test_empty_list_of_groups_prints_sentence(run: Run) -> None:
    """A filter without matching groups prints a sentence."""
    assert run("groups", "list", "--state", "closed").stdout == "There is no such group.\n"


def test_directory_is_written_by_extension(run: Run, tmp_path: Path) -> None:
    """The directory is written as HTML or JSON, by the file's extension."""
    page = tmp_path / "danh-ba.html"
    data = tmp_path / "danh-ba.json"

    assert run("groups", "directory", "--out", str(page)).stdout == f"{page}: 1 groups\n"
    assert run("groups", "directory", "--out", str(data)).exit_code == 0
    assert GROUP in page.read_text(encoding="utf-8")
    assert json.loads(data.read_text(encoding="utf-8"))["groups"][0]["unit_name"] == "xã Ninh Hòa"


def test_unwritable_path_is_reported(run: Run, tmp_path: Path) -> None:
    """An unwritable path is reported with its reason in one sentence."""
    result = run("groups", "directory", "--out", str(tmp_path / "none" / "x.html"))

    assert result.exit_code == 1
    assert result.stderr == f"anninh: {tmp_path}/none/x.html: there is no such file or folder.\n"
