"""What all parts of the room share: loading under a permission, and filling a report with its figures."""

from collections.abc import Mapping, Sequence
from typing import Any

from anninh_core.kernel.errors import BadInput, NotFound
from anninh_core.rooms.reports.cells import Figures, together
from anninh_core.rooms.reports.figures import Counting, DatedQuery, computed, model_start_of
from anninh_core.rooms.reports.indicators import BUILT_IN, Register
from anninh_core.rooms.reports.kind import REPORT
from anninh_core.rooms.reports.model import Part, Report, ReportState, newest
from anninh_core.rooms.reports.rules import is_consolidated, own_units
from anninh_core.vocabulary.plan import Obligation, ReportTemplate
from anninh_core.work.desk import Desk
from anninh_core.work.kinds import Kind
from anninh_core.work.look import Look
from anninh_core.work.marks import Room

Filling = tuple[Figures, tuple[Part, ...], tuple[str, ...]]
"""Figures, the parts they were consolidated from, and the units whose part is missing."""


class ReportRoom(Room):
    """Base of the room's parts.

    Args:
        desk: the desk.
        indicators: what can be counted.
        queries: answers to the indicators' dated questions, by name; an indicator whose question nobody answers has
            no number and says so.
        kinds: every kind of record whose facts feed the counters, for recounts.
    """

    room = "reports"

    def __init__(
        self,
        desk: Desk,
        *,
        indicators: Register = BUILT_IN,
        queries: Mapping[str, DatedQuery] | None = None,
        kinds: Sequence[Kind[Any]] = (),
    ) -> None:
        super().__init__(desk)
        self.indicators = indicators
        self.kinds = tuple(kinds)
        self.counting = Counting(counters=desk.storage.counters, indicators=indicators, queries=queries or {})

    def _held(self, look: Look, report_id: str, *, as_superior: bool = False) -> Report:
        """Load a report that the actor has the marked permission on: on its unit, or on the one it goes to.

        Raises:
            Refused: no permission there, or anywhere.
            NotFound: no such report.
        """
        report = look.peek(REPORT, report_id)
        if report is None:
            look.permitted_units()
            raise NotFound(f"there is no report {report_id!r}; begin it, or look at the standing of its obligation")
        look.permit(self._obligation(report).to if as_superior else report.unit)
        return report

    def _obligation(self, report: Report) -> Obligation:
        return self.desk.district.obligation(report.obligation)

    def _template(self, report: Report) -> ReportTemplate:
        return self.desk.district.templates[self._obligation(report).template]

    def _versions(self, look: Look, obligation: str, year: int) -> Mapping[str, Report]:
        """Return the newest version of each unit's report."""
        found: dict[str, list[Report]] = {}
        for report in look.every(REPORT, "newest", where={"obligation": obligation, "year": year}):
            found.setdefault(report.unit, []).append(report)
        versions = {unit: newest(reports) for unit, reports in found.items()}
        return {unit: report for unit, report in versions.items() if report is not None}

    def _filling(self, look: Look, unit: str, obligation: Obligation, year: int) -> Filling:
        """Return what a report of a unit is filled with now."""
        if is_consolidated(obligation, unit):
            return self._gathered(look, obligation, year)
        if unit not in self.desk.district.owing(obligation, year):
            raise BadInput(f"unit {unit!r} owes no {obligation.id!r} of {year}; units of level {obligation.level!r} do")
        return self._counted(look, self.desk.district.counted(unit), obligation, year), (), ()

    def _counted(self, look: Look, units: Sequence[str], obligation: Obligation, year: int) -> Figures:
        start = model_start_of(self.desk.district, obligation)
        return computed(self.counting, units, obligation.period(year), start, look.today)

    def _gathered(self, look: Look, obligation: Obligation, year: int) -> Filling:
        """Add up the accepted parts' frozen figures and what belongs to no part."""
        own = self._counted(look, own_units(self.desk.district, obligation, year), obligation, year)
        versions = self._versions(look, obligation.id, year)
        owing = self.desk.district.owing(obligation, year)
        taken = [versions[unit] for unit in owing if unit in versions and _is_accepted(versions[unit])]
        parts = tuple(Part(report=one.id, unit=one.unit, digest=one.figures.digest) for one in taken)
        missing = tuple(unit for unit in owing if unit not in {one.unit for one in taken})
        every = [own, *(one.figures for one in taken)]
        figures = Figures(
            period=own.period,
            cells=together([one.cells for one in every]) or (),
            previous=together([one.previous for one in every]),
            unknown=tuple(sorted({id for one in every for id in one.unknown})),
            taken_on=own.taken_on,
        )
        return figures, parts, missing


def _is_accepted(report: Report) -> bool:
    return report.state in (ReportState.ACCEPTED, ReportState.CONSOLIDATED)
