"""Filling a report with its figures: counted for one unit, or gathered from the accepted reports of others."""

from collections.abc import Sequence

from attrs import frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.rooms.reports.cells import Figures, together
from anninh_core.rooms.reports.figures import Counting, computed, model_start_of
from anninh_core.rooms.reports.loading import newest_versions
from anninh_core.rooms.reports.model import Part, Report, ReportState
from anninh_core.rooms.reports.rules import is_consolidated, own_units
from anninh_core.vocabulary.plan import Obligation
from anninh_core.work.look import Look


@frozen
class Filling:
    """What a report is filled with.

    Attributes:
        parts: what the figures were consolidated from.
        missing: units whose part is missing.
    """

    figures: Figures
    parts: tuple[Part, ...] = ()
    missing: tuple[str, ...] = ()


def fill(look: Look, counting: Counting, unit: str, obligation: Obligation, year: int) -> Filling:
    """Return what a report of a unit is filled with now.

    Raises:
        BadInput: the unit doesn't owe it, or it isn't due in that year.
    """
    if is_consolidated(obligation, unit):
        return _gather(look, counting, obligation, year)
    district = look.context.district
    if unit not in district.owing(obligation, year):
        raise BadInput(f"unit {unit!r} owes no {obligation.id!r} of {year}; units of level {obligation.level!r} do")
    return Filling(_count(look, counting, district.counted(unit), obligation, year))


def _count(look: Look, counting: Counting, units: Sequence[str], obligation: Obligation, year: int) -> Figures:
    start = model_start_of(look.context.district, obligation)
    return computed(counting, units, obligation.period(year), start, look.today)


def _gather(look: Look, counting: Counting, obligation: Obligation, year: int) -> Filling:
    """Add up the accepted parts' frozen figures and what belongs to no part."""
    district = look.context.district
    own = _count(look, counting, own_units(district, obligation, year), obligation, year)
    versions = newest_versions(look, obligation.id, year)
    owing = district.owing(obligation, year)
    taken = [versions[unit] for unit in owing if unit in versions and _is_accepted(versions[unit])]
    every = [own, *(report.figures for report in taken)]
    figures = Figures(
        period=own.period,
        cells=together([part.cells for part in every]) or (),
        previous=together([part.previous for part in every]),
        unknown=tuple(sorted({id for part in every for id in part.unknown})),
        taken_on=own.taken_on,
    )
    parts = tuple(Part(report=report.id, unit=report.unit, digest=report.figures.digest) for report in taken)
    return Filling(figures, parts, tuple(unit for unit in owing if unit not in {report.unit for report in taken}))


def _is_accepted(report: Report) -> bool:
    return report.state in (ReportState.ACCEPTED, ReportState.CONSOLIDATED)
