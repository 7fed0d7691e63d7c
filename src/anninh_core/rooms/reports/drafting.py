"""Drafting: figures filled by the program, words written by people, consolidation, corrections."""

from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.kernel.text import nfc
from anninh_core.rooms.reports.contents import compute_contents
from anninh_core.rooms.reports.figures import IndicatorCalculator
from anninh_core.rooms.reports.kind import REPORT
from anninh_core.rooms.reports.loading import get_permitted_report, template_of
from anninh_core.rooms.reports.model import Report, report_id
from anninh_core.rooms.reports.rules import section_keys
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.marks import Service, command
from anninh_core.work.runner import UseCaseRunner
from anninh_core.work.unit_of_work import UnitOfWork


class ReportDrafting(Service):
    """How reports come about."""

    room = "reports"

    def __init__(self, runner: UseCaseRunner, counting: IndicatorCalculator) -> None:
        super().__init__(runner)
        self._calculator = counting

    @command(Permission.REPORT_WRITE)
    def begin(self, draft: UnitOfWork, unit: str, obligation: str, year: int) -> Report:
        """Begin a unit's report, with the figures as they are now.

        Raises:
            BadInput: the unit doesn't owe it, or it isn't due in that year.
            WrongStep: it was begun before.
        """
        draft.permit(unit)
        return self._create_report(draft, unit, obligation, year)

    @command(Permission.REPORT_WRITE)
    def refresh(self, draft: UnitOfWork, report_id: str) -> Report:
        """Fill a draft with the figures as they are now; a returned report becomes a draft again."""
        return self._refill(draft, get_permitted_report(draft, report_id))

    @command(Permission.REPORT_WRITE)
    def write(self, draft: UnitOfWork, report_id: str, key: str, text: str) -> Report:
        """Write a unit's own words for a section of its draft; empty words take them out."""
        report = get_permitted_report(draft, report_id)
        keys = section_keys(template_of(self.context.district, report))
        if key not in keys:
            raise BadInput(f"report {report.id} has no section {key!r}; its template has {', '.join(keys)}")
        draft.event("report.written")
        return draft.save(REPORT, report.written(key, nfc(text)))

    @command(Permission.REPORT_WRITE)
    def consolidate(self, draft: UnitOfWork, obligation: str, year: int) -> Report:
        """Gather the accepted reports of an obligation into the superior's draft, begun or filled anew."""
        owed = self.context.district.obligation(obligation)
        draft.permit(owed.to)
        existing = draft.peek(REPORT, report_id(obligation, year, owed.to))
        report = self._refill(draft, existing) if existing else self._create_report(draft, owed.to, obligation, year)
        if not report.parts:
            raise WrongStep(f"no report for {obligation!r} of {year} is accepted yet; there is nothing to consolidate")
        draft.facts |= {"parts": len(report.parts), "missing": len(report.missing)}
        return report

    @command(Permission.REPORT_WRITE)
    def correct(self, draft: UnitOfWork, report_id: str, why: str) -> Report:
        """Begin the next version of a signed report, with its words and the figures as they are now."""
        report = get_permitted_report(draft, report_id)
        next_version = self._fill(draft, report.corrected(nfc(why)))
        if draft.peek(REPORT, next_version.id) is not None:
            raise WrongStep(f"report {report.id} is being corrected already, by {next_version.id}; go on with that one")
        draft.event("report.correction_begun")
        return draft.save(REPORT, next_version)

    def _create_report(self, draft: UnitOfWork, unit: str, obligation: str, year: int) -> Report:
        owed = self.context.district.obligation(obligation)
        contents = compute_contents(draft, self._calculator, unit, owed, year)
        id = report_id(obligation, year, unit)
        if draft.peek(REPORT, id) is not None:
            raise WrongStep(f"report {id} was begun before; refresh it, or correct it once it is signed")
        report = Report(
            id=id,
            unit=unit,
            obligation=obligation,
            year=year,
            version=1,
            last_day=owed.last_day(year),
            figures=contents.figures,
            parts=contents.parts,
            missing=contents.missing,
        )
        draft.event("report.drafted")
        return draft.save(REPORT, report)

    def _refill(self, draft: UnitOfWork, report: Report) -> Report:
        filled = self._fill(draft, report)
        draft.event("report.filled")
        return draft.save(REPORT, filled)

    def _fill(self, draft: UnitOfWork, report: Report) -> Report:
        obligation = self.context.district.obligation(report.obligation)
        contents = compute_contents(draft, self._calculator, report.unit, obligation, report.year)
        return report.filled(contents.figures, contents.parts, contents.missing)
