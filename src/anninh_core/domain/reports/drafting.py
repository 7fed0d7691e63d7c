"""Use cases of drafting reports: the program fills in the figures, and officers write the texts, consolidate reports
and begin corrections.
"""

from anninh_core.domain.reports.contents import compute_contents
from anninh_core.domain.reports.figures.calculator import IndicatorCalculator
from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.reports.loading import get_report_for_step, get_template
from anninh_core.domain.reports.model import Report, make_report_id
from anninh_core.domain.reports.rules import section_keys
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import ObligationId, Reason, ReportId, UnitId, Words, Year
from anninh_core.usecase.marks import Service, command
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class ReportDrafting(Service):
    """Use cases of drafting reports."""

    action_prefix = "reports"

    def __init__(self, runner: UseCaseRunner, counting: IndicatorCalculator) -> None:
        super().__init__(runner)
        self._calculator = counting

    @command(Permission.REPORT_WRITE, public=True, daily=True)
    def begin(self, uow: UnitOfWork, unit: UnitId, obligation: ObligationId, year: Year) -> Report:
        """Begin a unit's report, with the current figures.

        Raises:
            BadInput: the unit doesn't owe it, or it isn't due in that year.
            WrongStep: it was begun before.
        """
        uow.permit(unit)
        return self._create_report(uow, unit, obligation, year)

    @command(Permission.REPORT_WRITE, public=True, daily=True)
    def refresh(self, uow: UnitOfWork, report_id: ReportId) -> Report:
        """Fill a draft with the current figures; a returned report becomes a draft again.

        Raises:
            WrongStep: it is neither a draft nor returned.
        """
        return self._refill_report(uow, get_report_for_step(uow, "refresh", report_id))

    @command(Permission.REPORT_WRITE, public=True)
    def write(self, uow: UnitOfWork, report_id: ReportId, key: str, text: Words) -> Report:
        """Write a unit's own text for a section of its draft; an empty text removes it.

        Raises:
            WrongStep: it is neither a draft nor returned.
            BadInput: it has no such section.
        """
        report = get_report_for_step(uow, "write", report_id)
        keys = section_keys(get_template(self.context.district, report))
        if key not in keys:
            raise BadInput(
                "Report {report} has no section {section!r}: choose one of {allowed}.",
                report=report.id,
                section=key,
                allowed=tuple(keys),
            )
        uow.add_event("report.written")
        return uow.save(REPORT, report.written(key, nfc(text)))

    @command(Permission.REPORT_WRITE, public=True, daily=True)
    def consolidate(self, uow: UnitOfWork, obligation: ObligationId, year: Year) -> Report:
        """Consolidate the accepted reports of an obligation in the superior's draft, which is begun or refreshed.

        Raises:
            WrongStep: no report is accepted yet, or the superior's own is signed.
            BadInput: it isn't due in that year.
            NotFound: the profile has no such obligation.
        """
        owed_report = self.context.district.obligation(obligation)
        uow.permit(owed_report.to)
        existing = uow.get(REPORT, make_report_id(obligation, year, owed_report.to))
        report = (
            self._refill_report(uow, existing)
            if existing
            else self._create_report(uow, owed_report.to, obligation, year)
        )
        if not report.parts:
            raise WrongStep(
                "No report for {obligation!r} of {year} is accepted yet: accept at least one before you "
                "consolidate them.",
                obligation=obligation,
                year=year,
            )
        uow.facts |= {"parts": len(report.parts), "missing": len(report.missing)}
        return report

    @command(Permission.REPORT_WRITE, public=True)
    def correct(self, uow: UnitOfWork, report_id: ReportId, why: Reason) -> Report:
        """Begin the next version of a signed report, with its texts and the current figures.

        Raises:
            WrongStep: it isn't the newest signed version, or its correction was begun before.
            BadInput: no reason.
        """
        next_version = self._fill_report(uow, get_report_for_step(uow, "correct", report_id).corrected(nfc(why)))
        uow.add_event("report.correction_begun")
        return uow.save(REPORT, next_version)

    def _create_report(self, uow: UnitOfWork, unit: str, obligation: str, year: int) -> Report:
        owed_report = self.context.district.obligation(obligation)
        contents = compute_contents(uow, self._calculator, unit, owed_report, year)
        id = make_report_id(obligation, year, unit)
        if uow.get(REPORT, id) is not None:
            raise WrongStep(
                "Report {report} already exists: refresh it with {act:reports.refresh}, or correct it with "
                "{act:reports.correct} once it is signed.",
                report=id,
            )
        report = Report(
            id=id,
            unit=unit,
            obligation=obligation,
            year=year,
            version=1,
            last_day=owed_report.last_day(year),
            figures=contents.figures,
            parts=contents.parts,
            missing=contents.missing,
        )
        uow.add_event("report.drafted")
        return uow.save(REPORT, report)

    def _refill_report(self, uow: UnitOfWork, report: Report) -> Report:
        filled = self._fill_report(uow, report)
        uow.add_event("report.filled")
        return uow.save(REPORT, filled)

    def _fill_report(self, uow: UnitOfWork, report: Report) -> Report:
        obligation = self.context.district.obligation(report.obligation)
        contents = compute_contents(uow, self._calculator, report.unit, obligation, report.year)
        return report.filled(contents.figures, contents.parts, contents.missing)
