"""Tests of the printed document of a report."""

from collections.abc import Callable
from datetime import date

import pytest
from attrs import evolve

from anninh_core.domain.reports.document import ReportDocumentBuilder, build_figures
from anninh_core.domain.reports.figures.cells import Cell
from anninh_core.domain.reports.figures.indicators import BUILT_IN
from anninh_core.domain.reports.model import Report
from anninh_core.domain.reports.service import Reports
from anninh_core.kernel.errors import NotFound
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor
from anninh_core.usecase.kinds import Fact
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.plan import TemplateSection
from anninh_core.vocabulary.report_document import Chart, Paragraph, ReportDocument, Table

Officers = Callable[[str, str], Actor]
On = Callable[[date], None]
DUE = date(2022, 6, 14)


@pytest.fixture
def counted_tips(store_facts: Callable[..., None], set_day: On) -> None:
    """Store tips of two communes as facts, and set the clock to the day of the deadline."""
    store_facts(Fact("tips_received", "ninh-an", date(2022, 1, 5), "category=crime", 1200))
    store_facts(Fact("tips_received", "ninh-my", date(2022, 1, 5), "category=", 3))
    set_day(DUE)


@pytest.fixture
def build_district_document(
    reports: Reports, officer: Officers, submit_report: Callable[..., Report], counted_tips: None
) -> Callable[[], ReportDocument]:
    """A function that consolidates the reports of two communes and returns the district's document."""

    def consolidate_and_render() -> ReportDocument:
        standing = officer("standing_officer", "hoa-lu")
        for unit in ("ninh-an", "ninh-my"):
            run_step(reports.signing.accept, standing, submit_report(unit).id)
        return reports.queries.document(standing, reports.drafting.consolidate(standing, "half-year", 2022).id)

    return consolidate_and_render


def get_section_blocks(document: ReportDocument, heading: str) -> tuple[object, ...]:
    (section,) = [section for section in document.sections if section.heading == heading]
    return section.blocks


def test_commune_document_has_its_own_letterhead(
    reports: Reports, officer: Officers, submit_report: Callable[..., Report], counted_tips: None
) -> None:
    """A commune's document has its own letterhead, number, place and date as signed, no draft mark, and no table by
    units.
    """
    report = submit_report("ninh-an")

    paper = reports.queries.document(officer("report_officer", "ninh-an"), report.id)

    head = paper.letterhead
    assert (head.superior, head.number, head.place, head.date) == ("UBND XÃ NINH AN", "05/BC-BCĐ138", "Ninh An", DUE)
    assert (head.addressee, head.draft) == ("Ban Chỉ đạo 138 huyện Hoa Lư (qua Công an huyện)", False)
    assert "6 tháng đầu năm 2022" in head.subject
    assert paper.snapshot_hash == report.figures.digest
    text, own, *rest = get_section_blocks(paper, "Tiếp nhận, xử lý tin")
    assert isinstance(text, Paragraph)
    assert "tiếp nhận trong kỳ 1.200 tin" in text.text
    assert own == Paragraph("Lời của đơn vị về tips")
    assert [type(block) for block in rest] == [Table]


def test_district_document_names_missing_communes(build_district_document: Callable[[], ReportDocument]) -> None:
    """The district's table has a row for each commune, with a dash if no report was accepted, and the total below; the
    first section names the missing communes.
    """
    paper = build_district_document()

    *_, table, chart = get_section_blocks(paper, "Tiếp nhận, xử lý tin")
    assert isinstance(table, Table)
    assert isinstance(chart, Chart)
    rows = {row[0]: row[2] for row in table.rows}
    assert (rows["xã Ninh An"], rows["xã Ninh Mỹ"], rows["xã Ninh Vân"]) == ("1.200", "3", "–")
    assert (table.rows[-1][0], table.rows[-1][2], table.total) == ("Toàn địa bàn", "1.203", True)
    assert "xã Ninh Vân" not in chart.labels
    note = paper.sections[0].blocks[0]
    assert isinstance(note, Paragraph)
    assert "xã Ninh Vân" in note.text
    assert "xã Ninh An" not in note.text
    assert dict(zip(chart.labels, chart.values, strict=True))["xã Ninh An"] == 1200
    assert (paper.letterhead.draft, paper.letterhead.number, paper.snapshot_hash) == (True, "", "")
    assert paper.letterhead.place == "Hoa Lư"


def test_every_category_has_a_row(build_district_document: Callable[[], ReportDocument], district: District) -> None:
    """A table by categories has a row for every category of the profile, also with zero tips, and one for unclassified
    tips.
    """
    paper = build_district_document()

    (table,) = [block for block in get_section_blocks(paper, "Phân loại tin tiếp nhận") if isinstance(block, Table)]
    assert len(table.rows) == 1 + len(district.incoming) + 1
    assert table.rows[0][2] == "1.203"
    assert table.rows[-1][0] == "– Chưa phân loại"
    assert sum(int(row[2].replace(".", "")) for row in table.rows[1:]) == 1203


def test_rows_follow_the_template(build_district_document: Callable[[], ReportDocument], district: District) -> None:
    """The rows of a table follow the template's order, not that of the register, and the caption of a table by units
    names its subject.
    """
    paper = build_district_document()

    (table,) = [
        block
        for block in get_section_blocks(paper, "Công tác lãnh đạo, chỉ đạo và triển khai")
        if isinstance(block, Table)
    ]
    _, by_unit = [block for block in get_section_blocks(paper, "Tin bài, tuyên truyền") if isinstance(block, Table)]
    assert [row[0] for row in table.rows] == [district.say(f"indicator.{id}") for id in ("trainings", "urges")]
    assert by_unit.caption == district.say("report.by_unit", heading="Tin bài, tuyên truyền")


def test_comparison_needs_previous_figures(
    reports: Reports, district: District, officer: Officers, submit_report: Callable[..., Report], counted_tips: None
) -> None:
    """Without figures of the previous period a table has no column for them, and a previous value of zero is shown as
    no basis.
    """
    report = submit_report("ninh-an")
    plain = reports.queries.document(officer("report_officer", "ninh-an"), report.id)
    obligation = district.obligation("half-year")
    before = (Cell("tips_received", "ninh-an", "", 1000),)
    compared = evolve(report, figures=evolve(report.figures, previous=before))

    paper = ReportDocumentBuilder(
        district, obligation, district.templates[obligation.template], compared, BUILT_IN
    ).build()

    (bare,) = [block for block in get_section_blocks(plain, "Tiếp nhận, xử lý tin") if isinstance(block, Table)]
    (full,) = [block for block in get_section_blocks(paper, "Tiếp nhận, xử lý tin") if isinstance(block, Table)]
    assert (len(bare.columns), len(full.columns)) == (3, 5)
    assert full.rows[1][2:] == ("1.200", "1.000", "+200")
    assert full.rows[0][3:] == ("–", district.say("report.no_basis"))


def test_unknown_figure_is_a_dash(
    reports: Reports, district: District, officer: Officers, submit_report: Callable[..., Report], counted_tips: None
) -> None:
    """An indicator whose query has no answer is a dash in the text and `None` in the figures for programs, not a
    zero.
    """
    report = submit_report("ninh-an")
    unknown = evolve(report, figures=evolve(report.figures, unknown=("tips_overdue",)))
    obligation = district.obligation("half-year")

    paper = ReportDocumentBuilder(
        district, obligation, district.templates[obligation.template], unknown, BUILT_IN
    ).build()

    text, *_ = get_section_blocks(paper, "Tiếp nhận, xử lý tin")
    assert isinstance(text, Paragraph)
    assert "quá hạn – tin" in text.text
    (figure,) = [figure for figure in paper.figures if figure.indicator == "tips_overdue"]
    assert figure.value is None


def test_unknown_template_name_is_refused(
    district: District, submit_report: Callable[..., Report], counted_tips: None
) -> None:
    """An unknown placeholder or indicator in a template is refused, and the error names it with the template."""
    report = submit_report("ninh-an")
    obligation = district.obligation("half-year")
    for section in (TemplateSection("x", 1, text="{gossip}"), TemplateSection("x", 1, indicators=("gossip",))):
        template = evolve(district.templates[obligation.template], sections=(section,))
        with pytest.raises(NotFound, match=r"bao-cao-6-thang.*gossip"):
            ReportDocumentBuilder(district, obligation, template, report, BUILT_IN).build()


def test_file_names_come_from_the_template(
    reports: Reports, officer: Officers, submit_report: Callable[..., Report], counted_tips: None
) -> None:
    """The file name of a report's document has the template's name, the unit and the year, in ASCII letters."""
    report = submit_report("ninh-an")

    assert reports.queries.file_name(officer("report_officer", "ninh-an"), report.id) == "bao-cao-6-thang-ninh-an-2022"


def test_figures_for_programs_add_up(
    district: District, submit_report: Callable[..., Report], counted_tips: None
) -> None:
    """The figures for programs have each indicator once in the register's order, groups after their indicator, and
    units that sum to the total.
    """
    figures = build_figures(district, BUILT_IN, submit_report("ninh-an").figures)

    assert [figure.indicator for figure in figures if "." not in figure.indicator] == list(BUILT_IN)
    for figure in figures:
        if not figure.indicator.endswith("_share"):
            assert sum(figure.by_unit.values()) == figure.value
