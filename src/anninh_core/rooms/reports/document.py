"""The paper of a report: its figures and words in the frame of its template."""

from collections.abc import Iterator, Mapping

from attrs import evolve, frozen

from anninh_core.kernel.dates import number_vi, short_date
from anninh_core.kernel.errors import NotFound
from anninh_core.rooms.reports.cells import Figures, by_group, by_indicator, by_unit, value
from anninh_core.rooms.reports.indicators import Indicator, Register
from anninh_core.rooms.reports.model import FROZEN, Report
from anninh_core.rooms.reports.rules import is_consolidated, proper_name
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.plan import Obligation, ReportTemplate, TemplateSection
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

_NOTHING = "–"


@frozen
class Paper:
    """Builds the document of a report."""

    district: District
    obligation: Obligation
    template: ReportTemplate
    report: Report
    indicators: Register

    def document(self) -> ReportDocument:
        """Return the report as formatters take it."""
        report, figures = self.report, self.report.figures
        rows = self.units()
        return ReportDocument(
            id=report.id,
            kind=self.template.id,
            letterhead=self.letterhead(),
            sections=self._sections(),
            figures=figures_of(self.district, self.indicators, figures),
            period_start=figures.period.start,
            period_end=figures.period.end,
            unit=report.unit,
            unit_name=self.district.unit(report.unit).name,
            closing=self.say(self.template.closing),
            unit_names={unit: self.district.unit(unit).name for unit in rows},
            wording=self.district.wording,
            snapshot_hash=figures.digest if report.state in FROZEN else "",
        )

    def say(self, text: str, facts: Mapping[str, str] | None = None) -> str:
        """Return a text of the template with its placeholders filled.

        Raises:
            NotFound: it names something that is neither a fact of the report nor an indicator.
        """
        unit, period = self.district.unit(self.report.unit), self.report.figures.period
        known = {
            "unit": unit.name,
            "UNIT": unit.name.upper(),
            "unit_id": unit.id.replace("/", "-"),
            "year": str(self.report.year),
            "start": short_date(period.start),
            "end": short_date(period.end),
        }
        try:
            return text.format_map({**known, **(facts or {})})
        except KeyError as missing:
            raise NotFound(
                f"template {self.template.id!r} names {missing}, which is no indicator or fact here"
            ) from None

    def letterhead(self) -> Letterhead:
        """Return the official frame: that of the committee, or that of a unit that reports to it."""
        t, signature = self.template, self.report.signature
        above = is_consolidated(self.obligation, self.report.unit)
        return Letterhead(
            national_title=t.letterhead[0],
            motto=t.letterhead[1],
            superior=self.say(t.superior if above else t.unit_superior),
            agency=self.say(t.agency if above else t.unit_agency),
            number=signature.number if signature else "",
            place=self.say(t.place) if above else proper_name(self.district.unit(self.report.unit).name),
            date=signature.issued_on if signature else None,
            title=self.say(t.title),
            subject=self.say(t.subject),
            addressee=self.say(t.addressee if above else t.unit_addressee),
            grounds=tuple(self.say(line) for line in t.grounds),
            recipients=tuple(self.say(line) for line in (t.recipients if above else t.unit_recipients)),
            signer_capacity=self.say(t.signer_capacity),
            signer_titles=tuple(self.say(line) for line in (t.signer_titles if above else t.unit_signer_titles)),
            signer_name=signature.signer if signature else "",
            draft=self.report.state not in FROZEN,
        )

    def units(self) -> tuple[str, ...]:
        """Return the units that have rows of their own: those that report, then others that have numbers."""
        if not is_consolidated(self.obligation, self.report.unit):
            return (self.report.unit,)
        owing = self.district.owing(self.obligation, self.report.year)
        others = {cell.unit for cell in self.report.figures.cells}
        return (*owing, *(id for id in self.district.units if id in others and not self._below(id, owing)))

    def _below(self, unit: str, tops: tuple[str, ...]) -> bool:
        return any(self.district.within(unit, top) for top in tops)

    def _sections(self) -> tuple[Section, ...]:
        sections = [Section(one.heading, one.level, tuple(self._blocks(one))) for one in self.template.sections]
        if self.report.missing:
            names = ", ".join(self.district.unit(unit).name for unit in self.report.missing)
            note = Paragraph(self.district.say("report.missing", units=names))
            sections[0] = evolve(sections[0], blocks=(note, *sections[0].blocks))
        return tuple(sections)

    def _blocks(self, section: TemplateSection) -> Iterator[Block]:
        if section.text:
            yield Paragraph(self.say(section.text, self._numbers()))
        own = self.report.says(section.key) if section.key else ""
        if own:
            yield Paragraph(own)
        if section.indicators:
            yield self._indicator_table(section)
        if is_consolidated(self.obligation, self.report.unit):
            if section.by_unit:
                yield self._unit_table(section)
            if section.chart:
                yield self._chart(self._indicator(section.chart))

    def _numbers(self) -> Mapping[str, str]:
        return {
            one.id: _text(one, None if one.id in self.report.figures.unknown else value(one, self.report.figures.cells))
            for one in self.indicators.values()
        }

    def _indicator_table(self, section: TemplateSection) -> Table:
        """One row an indicator, one more for each group of one that is split; compared where there is a basis."""
        compared = self.report.figures.previous is not None
        keys = ("name", "unit_of_measure", "value", *(("previous", "change") if compared else ()))
        figures = figures_of(self.district, self.indicators, self.report.figures)
        rows = tuple(
            self._row(figure, compared=compared)
            for id in section.indicators
            for figure in figures
            if figure.indicator.partition(".")[0] == self._indicator(id).id
        )
        columns = tuple(self.district.say(f"report.{key}") for key in keys)
        return Table(section.heading, columns, rows, numeric=frozenset(range(2, len(keys))))

    def _row(self, figure: Figure, *, compared: bool) -> tuple[str, ...]:
        id, _, group = figure.indicator.partition(".")
        indicator = self._indicator(id)
        name = f"{_NOTHING} {group_name(self.district, indicator, group)}" if "." in figure.indicator else figure.name
        row = (name, figure.unit_of_measure, _text(indicator, figure.value))
        if not compared:
            return row
        if figure.value is None or figure.previous is None:
            return (*row, _NOTHING, self.district.say("report.no_basis"))
        difference = figure.value - figure.previous
        sign = "+" if difference > 0 else ""
        return (*row, _text(indicator, figure.previous), sign + _text(indicator, difference))

    def _unit_table(self, section: TemplateSection) -> Table:
        indicators = [self._indicator(id) for id in section.by_unit]
        names = [self.district.say(f"indicator.{one.id}") for one in indicators]
        rows = [
            (self.district.unit(unit).name, *(_text(one, self._at(one, unit)) for one in indicators))
            for unit in self.units()
        ]
        numbers = self._numbers()
        total = (self.district.say("report.whole"), *(numbers[one.id] for one in indicators))
        return Table(
            self.district.say("report.by_unit", heading=section.heading),
            (self.district.say("report.unit"), *names),
            (*rows, total),
            numeric=frozenset(range(1, len(indicators) + 1)),
            total=True,
        )

    def _chart(self, indicator: Indicator) -> Chart:
        values = {unit: self._at(indicator, unit) for unit in self.units()}
        shown = {unit: number for unit, number in values.items() if number is not None}
        return Chart(
            self.district.say(f"indicator.{indicator.id}"),
            tuple(self.district.unit(unit).name for unit in shown),
            tuple(shown.values()),
            self.district.say(f"measure.{indicator.measure}"),
        )

    def _at(self, indicator: Indicator, unit: str) -> float | None:
        """Return an indicator's number at a unit and below; None where its report is missing."""
        if unit in self.report.missing or indicator.id in self.report.figures.unknown:
            return None
        counted = set(self.district.counted(unit)) if unit in self._owing() else {unit}
        return value(indicator, [cell for cell in self.report.figures.cells if cell.unit in counted])

    def _owing(self) -> tuple[str, ...]:
        return self.district.owing(self.obligation, self.report.year)

    def _indicator(self, id: str) -> Indicator:
        if id not in self.indicators:
            raise NotFound(f"template {self.template.id!r} shows indicator {id!r}, which nobody registered")
        return self.indicators[id]


def figures_of(district: District, indicators: Register, figures: Figures) -> tuple[Figure, ...]:
    """Return all figures in the register's order; those of a split indicator are followed by its groups."""
    found: list[Figure] = []
    for own, indicator in zip(_apart(indicators, figures), indicators.values(), strict=True):
        known = indicator.id not in figures.unknown
        found.append(_figure(district, indicator, own, known=known))
        if indicator.split and known:
            found += _group_figures(district, indicator, own)
    return tuple(found)


def _apart(indicators: Register, figures: Figures) -> Iterator[Figures]:
    """Yield the figures of each indicator alone."""
    now, before = by_indicator(figures.cells), by_indicator(figures.previous or ())
    for id in indicators:
        yield Figures(
            period=figures.period,
            cells=now.get(id, ()),
            previous=before.get(id, ()) if figures.previous is not None else None,
            unknown=figures.unknown,
            taken_on=figures.taken_on,
        )


def _figure(district: District, indicator: Indicator, figures: Figures, *, known: bool) -> Figure:
    before = value(indicator, figures.previous) if known and figures.previous is not None else None
    return Figure(
        indicator.id,
        district.say(f"indicator.{indicator.id}"),
        district.say(f"indicator.{indicator.id}.definition"),
        district.say(f"measure.{indicator.measure}"),
        value(indicator, figures.cells) if known else None,
        before or None,  # nothing can be compared with zero
        by_unit(indicator, figures.cells),
    )


def _group_figures(district: District, indicator: Indicator, figures: Figures) -> Iterator[Figure]:
    now, before = by_group(indicator, figures.cells), by_group(indicator, figures.previous or ())
    for group in group_ids(district, indicator, figures):
        cells = [cell for cell in figures.cells if cell.group == group]
        yield Figure(
            f"{indicator.id}.{group}",
            f"{district.say(f'indicator.{indicator.id}')}: {group_name(district, indicator, group)}",
            district.say(f"indicator.{indicator.id}.definition"),
            district.say(f"measure.{indicator.measure}"),
            now.get(group, 0),
            before.get(group) or None,
            by_unit(indicator, cells),
        )


def group_ids(district: District, indicator: Indicator, figures: Figures) -> tuple[str, ...]:
    """Return the groups of a split indicator: every category of the profile, then whatever else was counted."""
    found = {*by_group(indicator, figures.cells), *by_group(indicator, figures.previous or ())}
    first = tuple(district.incoming) if indicator.split == "category" else ()
    return (*first, *sorted(found - {*first}))


def group_name(district: District, indicator: Indicator, group: str) -> str:
    """Return how a group is called: categories have names, other groups their ids."""
    if indicator.split == "category" and group in district.incoming:
        return district.incoming[group].name
    return group or district.say("report.category_none")


def _text(indicator: Indicator, number: float | None) -> str:
    if number is None:
        return _NOTHING
    return number_vi(number, 1 if indicator.is_share else 0)
