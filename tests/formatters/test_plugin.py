import pytest

from anninh_core.formatters import plugin
from anninh_core.ports.formatter import Formatter
from anninh_core.vocabulary.capability import Support
from anninh_core.vocabulary.report_document import ReportDocument

ABILITIES = ("layout", "tables", "charts", "figures")


def formatters() -> list[Formatter]:
    return [made() for made in plugin.anninh_formatters()]


def test_the_formats_that_come_with_the_library() -> None:
    """Seven formats, each with a name and a suffix of its own."""
    assert [one.name for one in formatters()] == ["csv", "docx", "html", "json", "markdown", "pdf", "xlsx"]
    assert len({one.suffix for one in formatters()}) == 7


@pytest.mark.parametrize("formatter", formatters(), ids=lambda one: one.name)
def test_every_ability_is_answered(formatter: Formatter) -> None:
    """Each format says for every part of a document whether it arrives, and why if it doesn't in full."""
    for name in ABILITIES:
        ability = formatter.capabilities.of(name)
        assert ability.support is not Support.NOT_YET
        assert ability.note or ability.support is Support.FULL


@pytest.mark.parametrize("formatter", formatters(), ids=lambda one: one.name)
def test_the_same_document_gives_the_same_bytes(formatter: Formatter, document: ReportDocument) -> None:
    """Every format is reproducible, and none gives an empty file."""
    assert formatter.render(document) == formatter.render(document) != b""
