import pytest

from anninh_core.domain.reports.rules import format_document_number, list_own_units, required_keys
from anninh_core.kernel.text import extract_proper_name
from anninh_core.vocabulary.district import District


@pytest.mark.parametrize(
    ("name", "proper"),
    [("xã Ninh Hòa", "Ninh Hòa"), ("thị trấn Thiên Tôn", "Thiên Tôn"), ("Ninh Hòa", "Ninh Hòa"), ("xã", "xã")],
)
def test_document_place_is_the_units_proper_name(name: str, proper: str) -> None:
    """The place in a document's date line is the unit's name without the word for its kind."""
    assert extract_proper_name(name) == proper


def test_document_numbers_are_formatted(district: District) -> None:
    """A document number consists of at least two digits, the document type and the unit's symbol."""
    template = district.templates["bao-cao-nam"]

    assert format_document_number(district, template, "ninh-an", 5) == "05/BC-BCĐ138"
    assert format_document_number(district, template, "ninh-an/kdc-1", 12) == "12/BC"


def test_every_unit_counts_exactly_once(district: District) -> None:
    """The units that the communes report and the superior's own units make up the whole district, without overlap."""
    half_year = district.obligation("half-year")
    parts = [unit for owing in district.units_owing(half_year, 2022) for unit in district.counted_units(owing)]
    own = list_own_units(district, half_year, 2022)

    assert sorted([*parts, *own]) == sorted(district.counted_units("hoa-lu"))
    assert "cong-an" in own
    assert "hoa-lu" in own


def test_section_without_figures_needs_text(district: District) -> None:
    """A section without figures or a fixed text needs the unit's own text."""
    keys = required_keys(district.templates["bao-cao-6-thang"])

    assert "proposals" in keys
    assert "tips" not in keys
