"""All faults of a profile are reported at once, each with its file, line and key."""

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
def commune_profile(tmp_path: Path) -> Path:
    """The folder with a profile of a commune."""
    write_commune(ANSWERS, tmp_path / "ours")
    return tmp_path / "ours"


def _list_faults(folder: Path) -> set[tuple[str, int, str]]:
    return {(Path(fault.file).name, fault.line, fault.place) for fault in check_profile(folder)}


def test_every_fault_is_reported(commune_profile: Path) -> None:
    """All faults of form and meaning are reported, in all files, each with its line."""
    (commune_profile / "wrong.toml").write_text(WRONG, encoding="utf-8")
    wording = commune_profile / "wording.toml"
    wording.write_text(wording.read_text(encoding="utf-8").replace("{{cạnh chợ}}", "{x}"), encoding="utf-8")
    assert _list_faults(commune_profile) == {
        ("wrong.toml", 3, "routing.serious.to"),
        ("wrong.toml", 10, "talk.join_minutes"),
        ("wrong.toml", 13, "roles.mine.permissions"),
        ("wrong.toml", 14, "roles.mine.colour"),
        ("wrong.toml", 16, "calendar.weekly"),
        ("roles.toml", 7, "second_factor_roles"),
        ("wording.toml", 4, "wording.help"),
    }


def test_unreadable_files_are_reported_together(commune_profile: Path) -> None:
    """Two files that aren't TOML and a table that two files define are reported as three faults."""
    (commune_profile / "a.toml").write_text("x = 1\nx = 2\n", encoding="utf-8")
    (commune_profile / "b.toml").write_bytes(b"\xff")
    (commune_profile / "z.toml").write_text("\n[units]\n", encoding="utf-8")
    assert _list_faults(commune_profile) == {("a.toml", 2, ""), ("b.toml", 0, ""), ("z.toml", 2, "units")}


def test_loading_error_counts_the_faults(commune_profile: Path) -> None:
    """Loading a faulty profile raises an error that names the first fault and counts the others."""
    (commune_profile / "wrong.toml").write_text(WRONG, encoding="utf-8")
    with pytest.raises(BadProfile, match=re.escape("(5 more to correct)")):
        load_profile(commune_profile)


def test_faults_of_a_base_name_its_file(commune_profile: Path) -> None:
    """A fault of an extended profile is reported with that profile's file and line."""
    child = commune_profile.parent / "child.toml"
    child.write_text('extends = "ours"\n', encoding="utf-8")
    (commune_profile / "wrong.toml").write_text("[talk]\njoin_minutes = 0\n", encoding="utf-8")
    assert _list_faults(child) == {("wrong.toml", 2, "talk.join_minutes")}


def test_correct_profile_has_no_faults(commune_profile: Path) -> None:
    """A correct profile and the shipped profiles have no faults."""
    assert [check_profile(name) for name in (commune_profile, "hoa_lu_2021", "hai_cap_2025")] == [[], [], []]
