import pytest

from anninh_core.formatters import plugin
from anninh_core.ports.formatter import Formatter
from anninh_core.vocabulary.capability import Support
from anninh_core.vocabulary.report_document import ReportDocument

ABILITIES = ("layout", "tables", "charts", "figures")


def create_formatters() -> list[Formatter]:
    return [factory() for factory in plugin.anninh_formatters()]


def test_library_has_seven_formats() -> None:
    """The library has seven formats with distinct names and suffixes."""
    assert [formatter.name for formatter in create_formatters()] == [
        "csv",
        "docx",
        "html",
        "json",
        "markdown",
        "pdf",
        "xlsx",
    ]
    assert len({formatter.suffix for formatter in create_formatters()}) == 7


@pytest.mark.parametrize("formatter", create_formatters(), ids=lambda formatter: formatter.name)
def test_every_ability_is_declared(formatter: Formatter) -> None:
    """Each format declares its support for every part of a document, with a note if it isn't full."""
    for name in ABILITIES:
        ability = formatter.capabilities.of(name)
        assert ability.support is not Support.NOT_YET
        assert ability.note or ability.support is Support.FULL


@pytest.mark.parametrize("formatter", create_formatters(), ids=lambda formatter: formatter.name)
def test_the_same_document_gives_the_same_bytes(formatter: Formatter, document: ReportDocument) -> None:
    """Every format is reproducible and gives no empty file."""
    assert formatter.render(document) == formatter.render(document) != b""
