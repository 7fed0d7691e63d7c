"""The list of communes: as many as the law has, with a source, and told apart by province and kind."""

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
    load_provinces,
    near_communes,
    parse_listed_province,
)

from tests.profile.authoring.test_commune import ANSWERS  # isort: skip


def test_as_many_as_the_law_has() -> None:
    """34 provinces with 2,621 communes, 687 wards and 13 special zones (Quyết định 19/2025/QĐ-TTg), each code once."""
    communes = [one for units in load_provinces().values() for one in units]
    assert len(load_provinces()) == 34
    assert Counter(one.kind for one in communes) == {"xa": 2621, "phuong": 687, "dac_khu": 13}
    assert len({one.code for one in communes}) == 3321


def test_the_list_says_whose_it_is() -> None:
    """Version and licence of the source stand at its head, and the licence beside it."""
    folder = files("anninh_core.profile.authoring")
    assert "vietnamadminunits 1.0.4 (MIT" in (folder / "communes.tsv").read_text(encoding="utf-8")[:400]
    assert (folder / "communes.LICENSE.txt").read_text(encoding="utf-8").startswith("MIT License\n\nCopyright (c) 2025")


@pytest.mark.parametrize("written", ["Đồng Nai", "dong nai", "TỈNH ĐỒNG NAI"])
def test_a_province_is_found_however_it_is_written(written: str) -> None:
    """With its kind or without it, with accents or without them."""
    assert find_province(written) == "tỉnh Đồng Nai"


def test_a_province_that_ended_is_told() -> None:
    """A name that isn't one any more is refused with the nearest; one with its kind may be newer than the list."""
    with pytest.raises(
        BadInput, match="'Ninh Binhh' isn't in the list of provinces of July 2025: write it as in 'tỉnh Ninh Bình'"
    ):
        parse_listed_province("Ninh Binhh")
    assert parse_listed_province("tỉnh Mới Lập") == "tỉnh Mới Lập"


def test_a_listed_commune_brings_code_and_former_names() -> None:
    """What it has only a part of isn't among them: that name means another place, too."""
    found = find_commune("tỉnh Ninh Bình", "phuong", "Tây Hoa Lư")
    assert found is not None
    assert (found.code, set(found.former)) == (
        "14533",
        {"Phúc Sơn", "Gia Sinh", "Ninh Giang", "Trường Yên", "Ninh Hòa"},
    )
    assert find_commune("tỉnh Ninh Bình", "xa", "Tây Hoa Lư") is None
    assert "xã Tân Phú" in near_communes("tỉnh Đồng Nai", "Tan Phu")
    assert complete_answers(ANSWERS) == ANSWERS


def test_ninh_binh_is_whole() -> None:
    """The shipped profile has every commune of the list, by code, name and kind, and each former unit went into one."""
    district = load_profile("ninh_binh_2026")
    listed = load_provinces()["tỉnh Ninh Bình"]
    communes = district.units_at_level("commune", date(2026, 1, 1))
    assert Counter(one.kind for one in communes) == {"xa": 97, "phuong": 32}
    assert {(one.code, one.name.split(" ", 1)[1], one.kind) for one in communes} == {
        (one.code, one.name, one.kind) for one in listed
    }
    former = {unit.id for unit in district.units_at_level("former")}
    assert former == {step.unit for step in district.successions}
    assert {step.into for step in district.successions} == {one.id for one in communes}


def test_ninh_binh_agrees_with_the_other_profiles() -> None:
    """What the profile of 2021 says of its communes' wards is what the list says, name by name and code by code."""
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
    """A commune was called An Ninh once; who writes of security doesn't mean it."""
    district = load_profile("ninh_binh_2026")
    assert any(unit.name == "xã An Ninh" for unit in district.units.values())
    assert [*district.place_names.find_in(("tinh", "hinh", "an", "ninh", "trat", "tu"))] == []


def test_former_names_lead_to_the_new_ward() -> None:
    """Who still says Trường Yên means Tây Hoa Lư."""
    district = load_profile("ninh_binh_2026")
    [(_, name)] = district.place_names.find_in(("o", "truong", "yen"))
    assert district.place_names.holders(name.units, date(2026, 3, 1)).units == ("phuong-tay-hoa-lu",)
