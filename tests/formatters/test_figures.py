import pytest
from attrs import evolve

from anninh_core.formatters import figures
from anninh_core.vocabulary.report_document import ReportDocument


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (0.0, "0"), (350.0, "350"), (1200.0, "1.200"), (97.5, "97,5"), (1 / 3, "0,33")]
)
def test_numbers_in_vietnamese_notation(value: float | None, text: str) -> None:
    """Numbers have up to two decimals after a comma, and points between thousands; a missing number is a dash."""
    assert figures.format_value(value) == text


def test_change_needs_a_basis(document: ReportDocument) -> None:
    """A change is shown with its sign; without a previous figure it is shown as having no basis of comparison."""
    changes = [row[-1] for row in figures.figure_rows(document)]
    assert changes == ["+70", "không có cơ sở so sánh"]


def test_units_come_in_the_documents_order(document: ReportDocument) -> None:
    """Units named in the document come first, in its order, then units without a name."""
    first = evolve(document.figures[0], by_unit={"zz": 1.0, "ninh-an": 2.0, "thien-ton": 3.0})
    assert figures.unit_ids(evolve(document, figures=(first,))) == ("thien-ton", "ninh-an", "zz")
