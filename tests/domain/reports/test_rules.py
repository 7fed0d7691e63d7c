"""Pure rules of reports."""

import pytest

from anninh_core.domain.reports.rules import format_document_number, own_units, required_keys
from anninh_core.kernel.text import proper_name
from anninh_core.vocabulary.district import District


@pytest.mark.parametrize(
    ("name", "proper"),
    [("xã Ninh Hòa", "Ninh Hòa"), ("thị trấn Thiên Tôn", "Thiên Tôn"), ("Ninh Hòa", "Ninh Hòa"), ("xã", "xã")],
)
def test_the_place_of_a_document_is_the_proper_name(name: str, proper: str) -> None:
    """Words for the kind of unit are written small and don't stand before a date."""
    assert proper_name(name) == proper


def test_document_numbers_are_formatted(district: District) -> None:
    """Padded below ten, type and symbol of the unit behind."""
    template = district.templates["bao-cao-nam"]

    assert format_document_number(district, template, "ninh-an", 5) == "05/BC-BCĐ138"
    assert format_document_number(district, template, "ninh-an/kdc-1", 12) == "12/BC"


def test_every_unit_counts_exactly_once(district: District) -> None:
    """What the communes report and what belongs to the superior itself are the whole district, without overlap."""
    half_year = district.obligation("half-year")
    parts = [unit for owing in district.units_owing(half_year, 2022) for unit in district.counted_units(owing)]
    own = own_units(district, half_year, 2022)

    assert sorted([*parts, *own]) == sorted(district.counted_units("hoa-lu"))
    assert "cong-an" in own
    assert "hoa-lu" in own


def test_nobody_signs_an_empty_section(district: District) -> None:
    """Sections without figures or standing words need the unit's own."""
    keys = required_keys(district.templates["bao-cao-6-thang"])

    assert "proposals" in keys
    assert "tips" not in keys
