"""The document of a report: its figures and texts in the layout of its template."""

from collections.abc import Iterator, Mapping

from attrs import evolve, frozen

from anninh_core.domain.reports.figures.cells import (
    ReportFigures,
    amounts_by_group,
    cells_by_indicator,
    indicator_value,
    values_by_unit,
)
from anninh_core.domain.reports.figures.indicators import Register
from anninh_core.domain.reports.model import Report
from anninh_core.domain.reports.rules import is_consolidated
from anninh_core.domain.reports.states import FROZEN_STATES
from anninh_core.kernel.dates import number_vi, short_date
from anninh_core.kernel.errors import NotFound
from anninh_core.kernel.text import extract_proper_name
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.plan import Indicator, Obligation, ReportTemplate, TemplateSection
from anninh_core.vocabulary.report_document import (
    Block,
    Chart,
    Figure,
    Letterhead,
    Paragraph,
    ReportDocument,
    Section,
    Table,
)

_NO_VALUE = "–"


@frozen
class ReportDocumentBuilder:
    """Builds the document of a report."""

    district: District
    obligation: Obligation
    template: ReportTemplate
    report: Report
    indicators: Register

    def build(self) -> ReportDocument:
        """Return the report as a document for formatters."""
        report = self.report
        figures = self.report.figures
        rows = self.list_row_units()
        return ReportDocument(
            id=report.id,
            kind=self.template.id,
            letterhead=self.build_letterhead(),
            sections=self._build_sections(),
            figures=build_figures(self.district, self.indicators, figures),
            period_start=figures.period.start,
            period_end=figures.period.end,
            unit=report.unit,
            unit_name=self.district.unit(report.unit).name,
            closing=self.fill_text(self.template.closing),
            unit_names={unit: self.district.unit(unit).name for unit in rows},
            wording=self.district.wording,
            snapshot_hash=figures.digest if report.state in FROZEN_STATES else "",
        )

    def fill_text(self, text: str, facts: Mapping[str, str] | None = None) -> str:
        """Return a text of the template with its placeholders filled.

        Raises:
            NotFound: a placeholder is neither a fact of the report nor an indicator.
        """
        unit = self.district.unit(self.report.unit)
        period = self.report.figures.period
        facts_by_name = {
            "unit": unit.name,
            "UNIT": unit.name.upper(),
            "unit_id": unit.id.replace("/", "-"),
            "to": self.district.unit(self.obligation.to).name,
            "year": str(self.report.year),
            "start": short_date(period.start),
            "end": short_date(period.end),
        }
        try:
            return text.format_map({**facts_by_name, **(facts or {})})
        except KeyError as missing:
            raise NotFound(
                "Template {template!r} uses {placeholder!r}, which isn't an indicator or a fact of this "
                "report: correct the template.",
                template=self.template.id,
                placeholder=missing.args[0],
            ) from None

    def build_letterhead(self) -> Letterhead:
        """Return the official letterhead: the committee's, or that of a unit that reports to it."""
        template = self.template
        signature = self.report.signature
        consolidated = is_consolidated(self.obligation, self.report.unit)
        return Letterhead(
            national_title=template.letterhead[0],
            motto=template.letterhead[1],
            superior=self.fill_text(template.superior if consolidated else template.unit_superior),
            agency=self.fill_text(template.agency if consolidated else template.unit_agency),
            number=signature.number if signature else "",
            place=(self.fill_text(template.place) if consolidated else "")
            or extract_proper_name(self.district.unit(self.report.unit).name),
            date=signature.issued_on if signature else None,
            title=self.fill_text(template.title),
            subject=self.fill_text(template.subject),
            addressee=self.fill_text(template.addressee if consolidated else template.unit_addressee),
            grounds=tuple(self.fill_text(line) for line in template.grounds),
            recipients=tuple(
                self.fill_text(line) for line in (template.recipients if consolidated else template.unit_recipients)
            ),
            signer_capacity=self.fill_text(template.signer_capacity),
            signer_titles=tuple(
                self.fill_text(line)
                for line in (template.signer_titles if consolidated else template.unit_signer_titles)
            ),
            signer_name=signature.signer if signature else "",
            draft=self.report.state not in FROZEN_STATES,
        )

    def list_row_units(self) -> tuple[str, ...]:
        """Return the units that have rows of their own in a table: those that report, then others that have figures."""
        if not is_consolidated(self.obligation, self.report.unit):
            return (self.report.unit,)
        owing = self.district.units_owing(self.obligation, self.report.year)
        others = {cell.unit for cell in self.report.figures.cells}
        return (*owing, *(id for id in self.district.units if id in others and not self._is_below(id, owing)))

    def _is_below(self, unit: str, tops: tuple[str, ...]) -> bool:
        return any(self.district.is_within(unit, top) for top in tops)

    def _build_sections(self) -> tuple[Section, ...]:
        sections = [
            Section(section.heading, section.level, tuple(self._iter_blocks(section)))
            for section in self.template.sections
        ]
        if self.report.missing:
            names = ", ".join(self.district.unit(unit).name for unit in self.report.missing)
            note = Paragraph(self.district.say("report.missing", units=names))
            sections[0] = evolve(sections[0], blocks=(note, *sections[0].blocks))
        return tuple(sections)

    def _iter_blocks(self, section: TemplateSection) -> Iterator[Block]:
        if section.text:
            yield Paragraph(self.fill_text(section.text, self._format_numbers()))
        own_text = self.report.get_section_text(section.key) if section.key else ""
        if own_text:
            yield Paragraph(own_text)
        if section.indicators:
            yield self._build_indicator_table(section)
        if is_consolidated(self.obligation, self.report.unit):
            if section.by_unit:
                yield self._build_unit_table(section)
            if section.chart:
                yield self._build_chart(self._get_indicator(section.chart))

    def _format_numbers(self) -> Mapping[str, str]:
        return {
            indicator.id: _format_number(
                indicator,
                None
                if indicator.id in self.report.figures.unknown
                else indicator_value(indicator, self.report.figures.cells),
            )
            for indicator in self.indicators.values()
        }

    def _build_indicator_table(self, section: TemplateSection) -> Table:
        """Return a table of indicators and groups of split indicators; with a comparison if there is a basis."""
        compared = self.report.figures.previous is not None
        keys = ("name", "unit_of_measure", "value", *(("previous", "change") if compared else ()))
        figures = build_figures(self.district, self.indicators, self.report.figures)
        rows = tuple(
            self._build_row(figure, compared=compared)
            for id in section.indicators
            for figure in figures
            if figure.indicator.partition(".")[0] == self._get_indicator(id).id
        )
        columns = tuple(self.district.say(f"report.{key}") for key in keys)
        return Table(section.heading, columns, rows, numeric=frozenset(range(2, len(keys))))

    def _build_row(self, figure: Figure, *, compared: bool) -> tuple[str, ...]:
        id, _, group = figure.indicator.partition(".")
        indicator = self._get_indicator(id)
        name = (
            f"{_NO_VALUE} {get_group_name(self.district, indicator, group)}" if "." in figure.indicator else figure.name
        )
        row = (name, figure.unit_of_measure, _format_number(indicator, figure.value))
        if not compared:
            return row
        if figure.value is None or figure.previous is None:
            return (*row, _NO_VALUE, self.district.say("report.no_basis"))
        difference = figure.value - figure.previous
        sign = "+" if difference > 0 else ""
        return (*row, _format_number(indicator, figure.previous), sign + _format_number(indicator, difference))

    def _build_unit_table(self, section: TemplateSection) -> Table:
        indicators = [self._get_indicator(id) for id in section.by_unit]
        names = [self.district.say(f"indicator.{indicator.id}") for indicator in indicators]
        rows = [
            (
                self.district.unit(unit).name,
                *(_format_number(indicator, self._compute_unit_value(indicator, unit)) for indicator in indicators),
            )
            for unit in self.list_row_units()
        ]
        numbers = self._format_numbers()
        total = (self.district.say("report.whole"), *(numbers[indicator.id] for indicator in indicators))
        return Table(
            self.district.say("report.by_unit", heading=section.heading),
            (self.district.say("report.unit"), *names),
            (*rows, total),
            numeric=frozenset(range(1, len(indicators) + 1)),
            total=True,
        )

    def _build_chart(self, indicator: Indicator) -> Chart:
        values = {unit: self._compute_unit_value(indicator, unit) for unit in self.list_row_units()}
        known_values = {unit: number for unit, number in values.items() if number is not None}
        return Chart(
            self.district.say(f"indicator.{indicator.id}"),
            tuple(self.district.unit(unit).name for unit in known_values),
            tuple(known_values.values()),
            self.district.say(f"measure.{indicator.measure}"),
        )

    def _compute_unit_value(self, indicator: Indicator, unit: str) -> float | None:
        """Return an indicator's number for a unit and the units below it; None if the unit's report is missing."""
        if unit in self.report.missing or indicator.id in self.report.figures.unknown:
            return None
        counted = set(self.district.counted_units(unit)) if unit in self._list_owing_units() else {unit}
        return indicator_value(indicator, [cell for cell in self.report.figures.cells if cell.unit in counted])

    def _list_owing_units(self) -> tuple[str, ...]:
        return self.district.units_owing(self.obligation, self.report.year)

    def _get_indicator(self, id: str) -> Indicator:
        if id not in self.indicators:
            raise NotFound(
                "Template {template!r} shows indicator {indicator!r}, which isn't registered: register it, "
                "or remove it from the template.",
                template=self.template.id,
                indicator=id,
            )
        return self.indicators[id]


def build_figures(district: District, indicators: Register, figures: ReportFigures) -> tuple[Figure, ...]:
    """Return all figures in the register's order, each split indicator followed by its groups."""
    result: list[Figure] = []
    for indicator_figures, indicator in zip(_split_by_indicator(indicators, figures), indicators.values(), strict=True):
        is_available = indicator.id not in figures.unknown
        result.append(_build_figure(district, indicator, indicator_figures, is_available=is_available))
        if indicator.split and is_available:
            result += _iter_group_figures(district, indicator, indicator_figures)
    return tuple(result)


def _split_by_indicator(indicators: Register, figures: ReportFigures) -> Iterator[ReportFigures]:
    current = cells_by_indicator(figures.cells)
    previous = cells_by_indicator(figures.previous or ())
    for id in indicators:
        yield ReportFigures(
            period=figures.period,
            cells=current.get(id, ()),
            previous=previous.get(id, ()) if figures.previous is not None else None,
            unknown=figures.unknown,
            taken_on=figures.taken_on,
        )


def _build_figure(district: District, indicator: Indicator, figures: ReportFigures, *, is_available: bool) -> Figure:
    previous = indicator_value(indicator, figures.previous) if is_available and figures.previous is not None else None
    return Figure(
        indicator.id,
        district.say(f"indicator.{indicator.id}"),
        district.say(f"indicator.{indicator.id}.definition"),
        district.say(f"measure.{indicator.measure}"),
        indicator_value(indicator, figures.cells) if is_available else None,
        previous or None,  # A previous number of zero is no basis for a comparison.
        values_by_unit(indicator, figures.cells),
    )


def _iter_group_figures(district: District, indicator: Indicator, figures: ReportFigures) -> Iterator[Figure]:
    current = amounts_by_group(indicator, figures.cells)
    previous = amounts_by_group(indicator, figures.previous or ())
    for group in list_group_ids(district, indicator, figures):
        cells = [cell for cell in figures.cells if cell.group == group]
        yield Figure(
            f"{indicator.id}.{group}",
            f"{district.say(f'indicator.{indicator.id}')}: {get_group_name(district, indicator, group)}",
            district.say(f"indicator.{indicator.id}.definition"),
            district.say(f"measure.{indicator.measure}"),
            current.get(group, 0),
            previous.get(group) or None,
            values_by_unit(indicator, cells),
        )


def list_group_ids(district: District, indicator: Indicator, figures: ReportFigures) -> tuple[str, ...]:
    """Return the groups of a split indicator: every category of the profile, then all other counted groups."""
    groups = {*amounts_by_group(indicator, figures.cells), *amounts_by_group(indicator, figures.previous or ())}
    categories = tuple(district.incoming) if indicator.split == "category" else ()
    return (*categories, *sorted(groups - {*categories}))


def get_group_name(district: District, indicator: Indicator, group: str) -> str:
    """Return the display name of a group: a category's name, otherwise the group's id."""
    if indicator.split == "category" and group in district.incoming:
        return district.incoming[group].name
    return group or district.say("report.category_none")


def _format_number(indicator: Indicator, number: float | None) -> str:
    if number is None:
        return _NO_VALUE
    return number_vi(number, 1 if indicator.is_share else 0)
