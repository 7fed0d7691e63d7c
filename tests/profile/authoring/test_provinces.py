"""The list of communes is complete by the law's numbers, names its source, and distinguishes communes by province and
kind.
"""

from collections import Counter
from datetime import date
from importlib.resources import files

import pytest

from anninh_core.kernel.errors import BadInput
from anninh_core.profile import load_profile
from anninh_core.profile.authoring.provinces import (
    complete_answers,
    find_commune,
    find_province,
    find_similar_communes,
    load_provinces,
    parse_listed_province,
)

from tests.profile.authoring.test_commune import ANSWERS  # isort: skip


def test_list_is_as_long_as_the_laws() -> None:
    """The list has 34 provinces with 2,621 communes, 687 wards and 13 special zones (Quyết định 19/2025/QĐ-TTg), and
    each code once.
    """
    communes = [commune for units in load_provinces().values() for commune in units]
    assert len(load_provinces()) == 34
    assert Counter(commune.kind for commune in communes) == {"xa": 2621, "phuong": 687, "dac_khu": 13}
    assert len({commune.code for commune in communes}) == 3321


def test_list_names_its_source_and_licence() -> None:
    """The list names the version and licence of its source, and the licence file is in the same folder."""
    folder = files("anninh_core.profile.authoring")
    assert "vietnamadminunits 1.0.4 (MIT" in (folder / "communes.tsv").read_text(encoding="utf-8")[:400]
    assert (folder / "communes.LICENSE.txt").read_text(encoding="utf-8").startswith("MIT License\n\nCopyright (c) 2025")


@pytest.mark.parametrize("written", ["Đồng Nai", "dong nai", "TỈNH ĐỒNG NAI"])
def test_a_province_is_found_however_it_is_written(written: str) -> None:
    """A province is found with or without its kind, and with or without accents."""
    assert find_province(written) == "tỉnh Đồng Nai"


def test_unlisted_province_is_refused_without_its_kind() -> None:
    """An unlisted province is refused with the nearest name, unless it is written with its kind, as it may be newer
    than the list.
    """
    with pytest.raises(
        BadInput, match="'Ninh Binhh' isn't in the list of provinces of July 2025: write it as in 'tỉnh Ninh Bình'"
    ):
        parse_listed_province("Ninh Binhh")
    assert parse_listed_province("tỉnh Mới Lập") == "tỉnh Mới Lập"


def test_listed_commune_has_code_and_former_names() -> None:
    """A listed commune has its code and the names of the former communes that became part of it as a whole."""
    commune = find_commune("tỉnh Ninh Bình", "phuong", "Tây Hoa Lư")
    assert commune is not None
    assert (commune.code, set(commune.former)) == (
        "14533",
        {"Phúc Sơn", "Gia Sinh", "Ninh Giang", "Trường Yên", "Ninh Hòa"},
    )
    assert find_commune("tỉnh Ninh Bình", "xa", "Tây Hoa Lư") is None
    assert "xã Tân Phú" in find_similar_communes("tỉnh Đồng Nai", "Tan Phu")
    assert complete_answers(ANSWERS) == ANSWERS


def test_ninh_binh_is_complete() -> None:
    """The profile of Ninh Bình has every commune of the list, by code, name and kind, and each former unit has a
    successor.
    """
    district = load_profile("ninh_binh_2026")
    listed = load_provinces()["tỉnh Ninh Bình"]
    communes = district.units_at_level("commune", date(2026, 1, 1))
    assert Counter(commune.kind for commune in communes) == {"xa": 97, "phuong": 32}
    assert {(commune.code, commune.name.split(" ", 1)[1], commune.kind) for commune in communes} == {
        (commune.code, commune.name, commune.kind) for commune in listed
    }
    former = {unit.id for unit in district.units_at_level("former")}
    assert former == {step.unit for step in district.successions}
    assert {step.into for step in district.successions} == {commune.id for commune in communes}


def test_ninh_binh_agrees_with_the_other_profiles() -> None:
    """The wards' successors of 2025 in the profile of 2021 agree with those in the profile of Ninh Bình, by name and
    code.
    """
    old, new = load_profile("hoa_lu_2021"), load_profile("ninh_binh_2026")
    of_2025 = {
        (old.unit(step.unit).name, old.unit(step.into).code)
        for step in old.successions
        if step.on == date(2025, 7, 1) and old.unit(step.unit).level == "ward"
    }
    listed = {
        (new.unit(step.unit).name, new.unit(step.into).code)
        for step in new.successions
        if "/thanh-pho-hoa-lu/" in step.unit
    }
    assert of_2025 <= listed


def test_a_common_word_is_no_place() -> None:
    """The common words "an ninh" (security) aren't taken for the former commune An Ninh."""
    district = load_profile("ninh_binh_2026")
    assert any(unit.name == "xã An Ninh" for unit in district.units.values())
    assert [*district.place_names.find_in(("tinh", "hinh", "an", "ninh", "trat", "tu"))] == []


def test_former_name_leads_to_the_new_ward() -> None:
    """The name of the former commune Trường Yên leads to the ward Tây Hoa Lư."""
    district = load_profile("ninh_binh_2026")
    [(_, name)] = district.place_names.find_in(("o", "truong", "yen"))
    assert district.place_names.holders(name.units, date(2026, 3, 1)).units == ("phuong-tay-hoa-lu",)
