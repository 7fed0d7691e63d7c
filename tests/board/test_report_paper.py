"""The page of a report shows the same document as its files, cell by cell."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from html import unescape
from html.parser import HTMLParser
from itertools import count, product

import pytest
from tests.board.visitor import Visitor
from tests.support.sign_in import enrol

from anninh_core.app import App
from anninh_core.board import create_board
from anninh_core.domain.reports.figures.cells import Cell, ReportFigures, build_cells
from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.reports.model import Report, make_report_id
from anninh_core.formatters.figures import column_headings, figure_rows, format_value
from anninh_core.kernel.dates import VIETNAM
from anninh_core.profile.loader import load_profile
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.plan import Indicator, Obligation
from anninh_core.vocabulary.report_document import Chart, Paragraph, ReportDocument, Table

PROFILES = ("hoa_lu_2021", "hai_cap_2025", "ninh_binh_2026")
CASES = [(profile, obligation) for profile in PROFILES for obligation in load_profile(profile).obligations]
MOST_UNITS = 6  # maximal number of units with own numbers: enough to differ from a single unit, few enough for a test

Rows = list[list[str]]


class TableReader(HTMLParser):
    """Reads the tables of a page as rows of cell texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: list[Rows] = []
        self._in_cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("th", "td"):
            self.tables[-1][-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td"):
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.tables[-1][-1][-1] += data


def make_distinct_cells(
    indicators: Iterable[Indicator], units: Sequence[str], groups: Sequence[str], first: int
) -> tuple[Cell, ...]:
    """Return a different number for each indicator, unit and group, counted from `first`."""
    numbers = count(first)
    sums = {}
    for indicator, unit in product(indicators, units):
        for group in groups if indicator.split else ("",):
            number = next(numbers)
            sums[indicator.id, unit, group] = (number, 2 * number + 7 if indicator.is_share else 0)
    return build_cells(sums)


def store_sample_report(app: App, actor: Actor, obligation: Obligation) -> Report:
    """Store a report of the obligation's unit (the root if that unit is outside the district), with numbers of several
    lower units and a previous year.
    """
    district = app.district
    unit = obligation.to if district.is_within(obligation.to, district.root) else district.root
    year = max(obligation.first, district.valid_from.year + 1)
    year = min(year, obligation.last)
    units = [*dict.fromkeys((*district.units_owing(obligation, year), *district.counted_units(unit)))][:MOST_UNITS]
    assert len(units) > 1
    indicators = [*app.internals.services.reports.indicators.values()]
    groups = [*district.incoming][:2]
    report = Report(
        id=make_report_id(obligation.id, year, unit),
        unit=unit,
        obligation=obligation.id,
        year=year,
        version=1,
        last_day=obligation.last_day(year),
        figures=ReportFigures(
            period=obligation.period(year),
            cells=make_distinct_cells(indicators, units, groups, 1),
            previous=make_distinct_cells(indicators, units, groups, 1234),
            unknown=(),
            taken_on=obligation.last_day(year),
        ),
        words=(("difficulties", "Thiếu người trực đêm"),),
    )

    def save(uow: UnitOfWork) -> Report:
        uow.permit(unit)
        return uow.save(REPORT, report)

    return app.internals.runner.run_command(actor, "test.store", Permission.REPORT_WRITE, save)


def iter_tables(document: ReportDocument, *, charts: bool) -> Iterator[Rows]:
    """Yield the tables of a document as its files show them, with charts as tables or without charts."""
    for block in [block for section in document.sections for block in section.blocks]:
        if isinstance(block, Table):
            yield [[*block.columns], *map(list, block.rows)]
        elif isinstance(block, Chart) and charts:
            yield [[label, format_value(value)] for label, value in zip(block.labels, block.values, strict=True)]
    yield [[*column_headings(document)], *map(list, figure_rows(document))]


def iter_text_lines(document: ReportDocument) -> Iterator[str]:
    """Yield the running text of a document, with its numbers."""
    for section in document.sections:
        yield section.heading
        for block in section.blocks:
            if isinstance(block, Paragraph):
                yield from map(str.strip, block.text.splitlines())
    yield document.closing.rstrip(" .;")


@pytest.mark.parametrize(("profile", "obligation"), CASES)
def test_report_page_equals_its_document(profile: str, obligation: str) -> None:
    """Each cell on a report's page equals the cell of the document and of the HTML file, for a unit with several lower
    units.
    """
    district = load_profile(profile)
    clock = FixedClock(datetime.combine(date(2026, 11, 30), time(8), VIETNAM))
    with memory_app(clock=clock, district=district) as app:
        chief = UnsafeLocalUsers(app).appoint("Thường trực", district.root, "standing_officer")
        report = store_sample_report(app, chief, district.obligations[obligation])
        visitor = Visitor(create_board(app)).enter(enrol(app, chief.id, "binh"))
        page = visitor.get(f"/reports/{report.id}")
        assert page.status == 200
        document = app.reports.document(chief, report.id)
        assert TableReader(page.main).tables == [*iter_tables(document, charts=True)]
        file = app.reports.render(chief, report.id, "html").data.decode()
        assert TableReader(file).tables == [*iter_tables(document, charts=False)]
        page_text = unescape(page.main)
        assert document.letterhead.title in page_text
        assert [line for line in iter_text_lines(document) if line not in page_text] == []
