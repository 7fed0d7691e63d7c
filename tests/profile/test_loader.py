"""Profiles are found by name or path and read from several files, and a profile may extend another one."""

import re
from datetime import date
from pathlib import Path

import pytest

from anninh_core.kernel.errors import BadProfile
from anninh_core.profile import list_shipped_profiles, load_profile


def _write_profile(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def test_shipped_profiles_load() -> None:
    """Every shipped profile loads under its own name."""
    assert list_shipped_profiles() == ["hai_cap_2025", "hoa_lu_2021", "ninh_binh_2026"]
    assert [load_profile(name).id for name in list_shipped_profiles()] == list_shipped_profiles()


def test_profile_of_2025_has_two_levels() -> None:
    """The profile of 2025 has no district: three wards are directly below the province and report to it."""
    district = load_profile("hai_cap_2025")
    wards = district.units_at_level("commune", date(2025, 7, 1))
    assert [(unit.name, unit.code, unit.parent) for unit in wards] == [
        ("phường Hoa Lư", "14329", "ninh-binh"),
        ("phường Tây Hoa Lư", "14533", "ninh-binh"),
        ("phường Nam Hoa Lư", "14359", "ninh-binh"),
    ]
    assert "district" not in district.levels
    assert set(district.subtree("ninh-binh")) == set(district.units)
    assert {obligation.to for obligation in district.obligations.values()} == {"ninh-binh"}
    assert district.calendar.add_working_days(date(2026, 8, 28), 3) == date(2026, 9, 7)


def test_two_tier_profile_mentions_no_district() -> None:
    """No text that the profile of 2025 inherits mentions a district."""
    district = load_profile("hai_cap_2025")
    frames = [
        f"{t.superior} {t.unit_addressee} {' '.join(t.recipients)} {t.closing}" for t in district.templates.values()
    ]
    texts = [*district.wording.values(), *frames, *(rule.reason for rule in district.routing)]
    assert not [text for text in texts if re.search(r"\bhuyện\b", text, re.IGNORECASE)]


def test_folder_and_file(tmp_path: Path) -> None:
    """A folder or a single file that extends a shipped profile can be loaded as a profile."""
    head = 'extends = "hoa_lu_2021"\n'
    texts = '[wording]\nhelp = "Xin gọi 113."\n'
    folder = _write_profile(tmp_path, a=head, b=texts)
    file = tmp_path / "one.txt"
    file.write_text(head + texts, encoding="utf-8")
    for place in (folder, file):
        district = load_profile(place)
        assert district.say("help") == "Xin gọi 113."
        assert "TRA CUU" in district.say("command.state")


def test_extends_a_path(tmp_path: Path) -> None:
    """A profile may extend another one by a relative path."""
    base = tmp_path / "base"
    child = tmp_path / "child"
    base.mkdir()
    child.mkdir()
    _write_profile(base, x='extends = "hoa_lu_2021"\n[retention_days]\ninbox = 3\n')
    _write_profile(child, x='extends = "../base"\n[wording]\nhelp = "x"\n')
    district = load_profile(str(child))
    assert district.retention_days == {"inbox": 3}
    assert district.say("help") == "x"


def test_extending_replaces_tables() -> None:
    """A table that a profile repeats replaces the table of the extended profile, but texts are merged one by one."""
    old, new = load_profile("hoa_lu_2021"), load_profile("hai_cap_2025")
    assert "ninh-hoa" not in new.units
    assert new.wording.keys() == old.wording.keys()
    assert new.roles == old.roles


def test_category_inherits_omitted_values(tmp_path: Path) -> None:
    """A district may override or omit a category without repeating the words of the others."""
    _write_profile(
        tmp_path, x='extends = "hai_cap_2025"\n[incoming]\nfire = {}\nepidemic = { name = "Dịch tả lợn", words = [] }\n'
    )
    base = load_profile("hai_cap_2025")
    district = load_profile(str(tmp_path))
    assert list(district.incoming) == ["fire", "epidemic"]
    assert district.incoming["fire"] == base.incoming["fire"]
    assert (district.incoming["epidemic"].name, district.incoming["epidemic"].words) == ("Dịch tả lợn", ())
    assert district.outgoing == base.outgoing


def test_only_profile_of_2021_names_covid() -> None:
    """Only the profile of 2021 names Covid-19 among its categories; both profiles recognise its words."""
    old, new = load_profile("hoa_lu_2021"), load_profile("hai_cap_2025")
    assert (old.incoming["epidemic"].name, new.incoming["epidemic"].name) == ("Dịch bệnh Covid-19", "Dịch bệnh")
    assert old.outgoing["epidemic_rules"].name.removesuffix(" Covid-19") == new.outgoing["epidemic_rules"].name
    assert old.incoming["epidemic"].words == new.incoming["epidemic"].words


def test_unknown_profile_suggests_a_name() -> None:
    """An unknown name is refused with a suggestion."""
    with pytest.raises(
        BadProfile, match=r"hoa_lu_2012 doesn't exist as a name, a file or a folder \(did you mean 'hoa_lu_2021'\?\)"
    ):
        load_profile("hoa_lu_2012")


def test_folder_without_toml_is_refused(tmp_path: Path) -> None:
    """A folder without TOML is refused."""
    with pytest.raises(BadProfile, match=r"no \.toml file"):
        load_profile(tmp_path)


def test_circular_extension_is_refused(tmp_path: Path) -> None:
    """Profiles that extend each other are refused, and the chain is named."""
    first = tmp_path / "one.toml"
    second = tmp_path / "two.toml"
    first.write_text('extends = "two.toml"', encoding="utf-8")
    second.write_text('extends = "one.toml"', encoding="utf-8")
    with pytest.raises(BadProfile, match=r"one\.toml -> .*two\.toml -> .*one\.toml"):
        load_profile(first)


def test_extends_takes_one_name(tmp_path: Path) -> None:
    """The key `extends` with anything but one name or path is refused."""
    with pytest.raises(BadProfile, match=r"a\.toml: extends: \['x'\] isn't a name or path"):
        load_profile(_write_profile(tmp_path, a='extends = ["x"]'))


def test_invalid_toml_is_refused_by_line(tmp_path: Path) -> None:
    """A file that isn't valid TOML, such as one with a repeated id, is refused with its line."""
    with pytest.raises(BadProfile, match=r"a\.toml: this isn't valid TOML: .*line 3.*; correct the file at that place"):
        load_profile(_write_profile(tmp_path, a="[units]\nx = {}\nx = {}\n"))


def test_other_encoding_is_refused(tmp_path: Path) -> None:
    """A file that isn't UTF-8 is refused."""
    (tmp_path / "a.toml").write_bytes(b'name = "\xff"')
    with pytest.raises(BadProfile, match=r"a\.toml: byte 8 isn't UTF-8; save the file as UTF-8"):
        load_profile(tmp_path)


def test_unreadable_file_is_refused(tmp_path: Path) -> None:
    """A profile file that can't be read is refused with the reason of the operating system."""
    (tmp_path / "a.toml").mkdir()
    with pytest.raises(BadProfile, match=r"a\.toml: the file can't be read \(.*\); check the file's permissions"):
        load_profile(tmp_path)


def test_table_in_two_files_is_refused(tmp_path: Path) -> None:
    """A table that two files define is refused, and both files are named."""
    with pytest.raises(BadProfile, match=r"b\.toml: units: it is in .*a\.toml as well; keep one of the two"):
        load_profile(_write_profile(tmp_path, a="[units]", b="[units]"))


def test_the_file_at_fault_is_named(tmp_path: Path) -> None:
    """In an extended profile the refusal names the file that contains the fault."""
    with pytest.raises(BadProfile, match=r"a\.toml: wording\.help: .*\{x\}"):
        load_profile(_write_profile(tmp_path, a='extends = "hoa_lu_2021"\n[wording]\nhelp = "{x}"'))
    with pytest.raises(BadProfile, match=r"a\.toml: wording: 1 isn't valid; write it as a table"):
        load_profile(_write_profile(tmp_path, a='extends = "hoa_lu_2021"\nwording = 1'))


def test_profile_may_only_extend(tmp_path: Path) -> None:
    """A profile that only extends another one is complete."""
    assert load_profile(_write_profile(tmp_path, a='extends = "hoa_lu_2021"')).id == "hoa_lu_2021"
