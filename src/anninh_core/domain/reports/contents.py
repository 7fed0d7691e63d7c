"""The figures of a report: counted for one unit, or consolidated from the accepted reports of others."""

from collections.abc import Sequence

from attrs import frozen

from anninh_core.domain.reports.figures.calculator import IndicatorCalculator, compute_figures, get_model_start
from anninh_core.domain.reports.figures.cells import ReportFigures, merge_cells
from anninh_core.domain.reports.loading import list_current_versions
from anninh_core.domain.reports.model import Report
from anninh_core.domain.reports.rules import is_consolidated, list_own_units
from anninh_core.domain.reports.states import ReportState
from anninh_core.domain.reports.views import ReportPart
from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.plan import Obligation


@frozen
class ReportContents:
    """The figures of a report and their sources.

    Attributes:
        parts: reports that the figures were consolidated from.
        missing: units without an accepted report.
    """

    figures: ReportFigures
    parts: tuple[ReportPart, ...] = ()
    missing: tuple[str, ...] = ()


def compute_contents(
    session: ReadSession, counting: IndicatorCalculator, unit: str, obligation: Obligation, year: int
) -> ReportContents:
    """Return the current contents of a unit's report.

    Raises:
        BadInput: the unit doesn't owe the report, or it isn't due in that year.
    """
    if is_consolidated(obligation, unit):
        return _consolidate_reports(session, counting, obligation, year)
    district = session.context.district
    if unit not in district.units_owing(obligation, year):
        raise BadInput(
            "Unit {unit!r} doesn't owe {obligation!r} for {year}: only units of level {level!r} do.",
            unit=unit,
            obligation=obligation.id,
            year=year,
            level=obligation.level,
        )
    return ReportContents(_compute_figures(session, counting, district.counted_units(unit), obligation, year))


def _compute_figures(
    session: ReadSession, counting: IndicatorCalculator, units: Sequence[str], obligation: Obligation, year: int
) -> ReportFigures:
    start = get_model_start(session.context.district, obligation)
    return compute_figures(counting, units, obligation.period(year), start, session.today)


def _consolidate_reports(
    session: ReadSession, counting: IndicatorCalculator, obligation: Obligation, year: int
) -> ReportContents:
    """Add up the figures of the accepted reports and those of units that belong to no report."""
    district = session.context.district
    own_figures = _compute_figures(session, counting, list_own_units(district, obligation, year), obligation, year)
    versions = list_current_versions(session, obligation.id, year)
    owing = district.units_owing(obligation, year)
    accepted = [versions[unit] for unit in owing if unit in versions and _is_accepted(versions[unit])]
    part_figures = [own_figures, *(report.figures for report in accepted)]
    figures = ReportFigures(
        period=own_figures.period,
        cells=merge_cells([part.cells for part in part_figures]) or (),
        previous=merge_cells([part.previous for part in part_figures]),
        unknown=tuple(sorted({id for part in part_figures for id in part.unknown})),
        taken_on=own_figures.taken_on,
    )
    parts = tuple(ReportPart(report=report.id, unit=report.unit, digest=report.figures.digest) for report in accepted)
    return ReportContents(
        figures, parts, tuple(unit for unit in owing if unit not in {report.unit for report in accepted})
    )


def _is_accepted(report: Report) -> bool:
    return report.state in (ReportState.ACCEPTED, ReportState.CONSOLIDATED)
