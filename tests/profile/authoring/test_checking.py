"""All faults of a profile at once, each where it is."""

import re
from pathlib import Path

import pytest
from tests.profile.authoring.test_commune import ANSWERS

from anninh_core.kernel.errors import BadProfile
from anninh_core.profile import load_profile
from anninh_core.profile.authoring.checking import check_profile
from anninh_core.profile.authoring.commune import write_commune

WRONG = """\
[[routing]]
id = "serious"
to = "cong-ann"
reason = "x"
[[routing]]
id = "rest"
to = "own"
reason = "x"
[talk]
join_minutes = 0
[roles.mine]
name = "x"
permissions = ["tip.raed"]
colour = "red"
[calendar]
weekly = { mon = ["17:00-07:30"] }
"""


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A profile of a commune."""
    write_commune(ANSWERS, tmp_path / "ours")
    return tmp_path / "ours"


def _found(folder: Path) -> set[tuple[str, int, str]]:
    return {(Path(fault.file).name, fault.line, fault.place) for fault in check_profile(folder)}


def test_every_fault_is_told(ours: Path) -> None:
    """Of shape and of sense, in all files, with the line of each."""
    (ours / "wrong.toml").write_text(WRONG, encoding="utf-8")
    wording = ours / "wording.toml"
    wording.write_text(wording.read_text(encoding="utf-8").replace("{{cạnh chợ}}", "{x}"), encoding="utf-8")
    assert _found(ours) == {
        ("wrong.toml", 3, "routing.serious.to"),
        ("wrong.toml", 10, "talk.join_minutes"),
        ("wrong.toml", 13, "roles.mine.permissions"),
        ("wrong.toml", 14, "roles.mine.colour"),
        ("wrong.toml", 16, "calendar.weekly"),
        ("roles.toml", 7, "second_factor_roles"),
        ("wording.toml", 4, "wording.help"),
    }


def test_files_that_cannot_be_read_are_told_together(ours: Path) -> None:
    """Two files that are no TOML, and a table that stands in two, are three faults."""
    (ours / "a.toml").write_text("x = 1\nx = 2\n", encoding="utf-8")
    (ours / "b.toml").write_bytes(b"\xff")
    (ours / "z.toml").write_text("\n[units]\n", encoding="utf-8")
    assert _found(ours) == {("a.toml", 2, ""), ("b.toml", 0, ""), ("z.toml", 2, "units")}


def test_whoever_opens_it_is_told_how_many(ours: Path) -> None:
    """Opening names the first fault, and counts the others."""
    (ours / "wrong.toml").write_text(WRONG, encoding="utf-8")
    with pytest.raises(BadProfile, match=re.escape("(5 more to correct)")):
        load_profile(ours)


def test_faults_of_a_base_are_told_in_its_file(ours: Path) -> None:
    """What is wrong in an extended profile of one's own has that file and line."""
    child = ours.parent / "child.toml"
    child.write_text('extends = "ours"\n', encoding="utf-8")
    (ours / "wrong.toml").write_text("[talk]\njoin_minutes = 0\n", encoding="utf-8")
    assert _found(child) == {("wrong.toml", 2, "talk.join_minutes")}


def test_a_sound_profile_has_none(ours: Path) -> None:
    """Nor have those that come with the library."""
    assert [check_profile(name) for name in (ours, "hoa_lu_2021", "hai_cap_2025")] == [[], [], []]
