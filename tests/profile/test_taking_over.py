"""Inheritance between profiles: a base without an authority passes on everything, and the profile of another authority
passes on no place.
"""

from pathlib import Path

import pytest

from anninh_core.kernel.errors import BadProfile
from anninh_core.profile import list_shipped_bases, list_shipped_profiles, load_profile
from anninh_core.profile.checks.everything import check_source
from anninh_core.profile.loader import read_profile

HEAD = """
[district]
id = "tan_mau"
name = "Xã Tân Mẫu"
version = "1"
valid_from = 2025-07-01
timezone = "Asia/Ho_Chi_Minh"
root = "xa-tan-mau"
standing_body = "cong-an-xa"
[units]
tinh = { name = "tỉnh Mẫu", level = "province", kind = "tinh" }
xa-tan-mau = { name = "xã Tân Mẫu", level = "commune", kind = "xa", parent = "tinh" }
cong-an-xa = { name = "Công an xã Tân Mẫu", level = "agency", kind = "police", parent = "xa-tan-mau" }
"""


def _write_extending_profile(folder: Path, base: str, more: str = "") -> Path:
    (folder / "ours.toml").write_text(f'extends = "{base}"\n{HEAD}{more}', encoding="utf-8")
    return folder / "ours.toml"


def _list_faults(profile: Path) -> dict[str, str]:
    return {fault.place: str(fault) for fault in check_source(read_profile(profile))[1]}


def test_commune_needs_only_identity_and_units(tmp_path: Path) -> None:
    """A commune that extends the base needs only its identity and units: reports, roles and texts come from the base,
    and its reports go to the province.
    """
    district = load_profile(_write_extending_profile(tmp_path, "co_so_2025"))
    assert {obligation.to for obligation in district.obligations.values()} == {"tinh"}
    assert district.units_owing(district.obligation("half-year"), 2026) == ("xa-tan-mau",)
    assert (district.obligation("half-year").first, district.obligation("annual").first) == (2026, 2025)
    assert [rule.to for rule in district.routing] == ["cong-an-xa", "own"]
    assert district.templates["bao-cao-6-thang"].unit_addressee == "Ban Chỉ đạo 138 {to}"


def test_base_cannot_be_loaded() -> None:
    """A base is listed among the bases only, can't be loaded as a profile, and the error names the command for a new
    profile.
    """
    assert list_shipped_bases() == ["co_so_2025"]
    assert not {*list_shipped_bases()} & {*list_shipped_profiles()}
    with pytest.raises(
        BadProfile, match=r"'co_so_2025' is only a base that other profiles extend: .* `anninh profiles new`"
    ):
        load_profile("co_so_2025")


def test_the_base_names_no_place() -> None:
    """The base profile contains no place name of the shipped profiles."""
    base = str(read_profile("co_so_2025").data).casefold()
    names = {
        unit.name.split(" ", 1)[1].casefold()
        for profile in list_shipped_profiles()
        for unit in load_profile(profile).units.values()
        if unit.kind in {"tinh", "huyen", "xa", "phuong", "thi_tran"} and unit.level != "former"
    }
    assert len(names) > 10
    assert not {name for name in names if name in base}


def test_letterhead_of_another_authority_is_refused(tmp_path: Path) -> None:
    """The letterhead of another authority's papers is refused, and each inherited text is named with its file."""
    faults = _list_faults(_write_extending_profile(tmp_path, "hai_cap_2025"))
    inherited = {
        place: fault
        for place, fault in faults.items()
        if "comes from profile 'hai_cap_2025' and names a place of its authority" in fault
    }
    assert {"report_frame.superior", "report_frame.place", "report_frame.unit_addressee"} <= inherited.keys()
    assert (
        "hai_cap_2025/reports.toml: report_frame.superior: 'UBND TỈNH NINH BÌNH'" in inherited["report_frame.superior"]
    )
    assert "report_frame.motto" not in faults


@pytest.mark.parametrize(
    ("more", "place"),
    [
        (
            '[[ready_answers]]\ncode = "where"\nmodule = "tip"\ntitle = "Nơi đến"\ntext = "Đến Công an xã Tân Mẫu."\n',
            "ready_answers.where.text",
        ),
        ('[wording]\n"help" = "Xã TÂN MẪU xin chào."\n', "wording.help"),
        (
            '[[milestones]]\nid = "pilot"\nname = "Làm điểm"\nbefore = 2026-01-01\nunits = ["xa-tan-mau"]\n',
            "milestones.pilot.units.1",
        ),
    ],
)
def test_text_naming_another_authority_is_refused(tmp_path: Path, more: str, place: str) -> None:
    """Any inherited text that names a place or unit of another authority is refused, even if the schema doesn't mark it
    as a text with places.
    """
    _write_extending_profile(tmp_path, "co_so_2025", more)
    child = tmp_path / "child.toml"
    other = HEAD.replace("tan_mau", "khac").replace("Tân Mẫu", "Khác Hẳn").replace("tan-mau", "khac")
    child.write_text(f'extends = "ours.toml"\n{other}', encoding="utf-8")
    fault = _list_faults(child)[place]
    assert "comes from profile" in fault
    assert "names a place of its authority" in fault


def test_inherited_units_are_one_fault(tmp_path: Path) -> None:
    """A profile with an authority but no units of its own is refused with one fault about units, not one for each
    inherited unit.
    """
    path = _write_extending_profile(tmp_path, "hai_cap_2025")
    path.write_text(path.read_text(encoding="utf-8").partition("[units]")[0], encoding="utf-8")
    assert len([fault for place, fault in _list_faults(path).items() if place.startswith("units.")]) == 1


def test_the_same_authority_keeps_its_places(tmp_path: Path) -> None:
    """A profile of the same authority inherits everything that it doesn't change, places included."""
    path = tmp_path / "ours.toml"
    path.write_text('extends = "hai_cap_2025"\n[wording]\nhelp = "Xin gọi 113."\n', encoding="utf-8")
    assert load_profile(path).templates["bao-cao-nam"].superior == "UBND TỈNH NINH BÌNH"


def test_place_words_are_merged(tmp_path: Path) -> None:
    """A profile that adds a kind of unit keeps the inherited kinds and all inherited words that precede or follow place
    names.
    """
    district = load_profile(_write_extending_profile(tmp_path, "co_so_2025", '[places.kinds]\nbon = ["bon"]\n'))
    assert {"bon", "xa", "residential_area"} <= district.places.kinds.keys()
    assert district.places.families


def test_a_root_that_would_report_to_itself_is_refused(tmp_path: Path) -> None:
    """A root unit that would report to itself is refused with the advice to give it a parent."""
    path = _write_extending_profile(tmp_path, "co_so_2025")
    path.write_text(path.read_text(encoding="utf-8").replace(', parent = "tinh"', ""), encoding="utf-8")
    assert "give the root a parent" in _list_faults(path)["obligations.half-year.to"]
