"""Drafting: figures filled by the program, words written by people, parts gathered into one, corrections."""

from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.kernel.text import nfc
from anninh_core.rooms.reports.base import ReportRoom
from anninh_core.rooms.reports.kind import REPORT
from anninh_core.rooms.reports.model import Report, report_id
from anninh_core.rooms.reports.rules import section_keys
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.draft import Draft
from anninh_core.work.marks import command


class Drafting(ReportRoom):
    """How reports come about."""

    @command(Permission.REPORT_WRITE)
    def begin(self, draft: Draft, unit: str, obligation: str, year: int) -> Report:
        """Begin a unit's report, with the figures as they are now.

        Raises:
            BadInput: the unit doesn't owe it, or it isn't due in that year.
            WrongStep: it was begun before.
        """
        draft.permit(unit)
        return self._begun(draft, unit, obligation, year)

    @command(Permission.REPORT_WRITE)
    def refresh(self, draft: Draft, report_id: str) -> Report:
        """Fill a draft with the figures as they are now; a returned report becomes a draft again."""
        return self._refilled(draft, self._held(draft, report_id))

    @command(Permission.REPORT_WRITE)
    def write(self, draft: Draft, report_id: str, key: str, text: str) -> Report:
        """Write a unit's own words for a section of its draft; empty words take them out."""
        report = self._held(draft, report_id)
        keys = section_keys(self._template(report))
        if key not in keys:
            raise BadInput(f"report {report.id} has no section {key!r}; its template has {', '.join(keys)}")
        draft.event("report.written")
        return draft.save(REPORT, report.written(key, nfc(text)))

    @command(Permission.REPORT_WRITE)
    def consolidate(self, draft: Draft, obligation: str, year: int) -> Report:
        """Gather the accepted reports of an obligation into the superior's draft, begun or filled anew."""
        owed = self.desk.district.obligation(obligation)
        draft.permit(owed.to)
        known = draft.peek(REPORT, report_id(obligation, year, owed.to))
        report = self._refilled(draft, known) if known else self._begun(draft, owed.to, obligation, year)
        if not report.parts:
            raise WrongStep(f"no report for {obligation!r} of {year} is accepted yet; there is nothing to consolidate")
        draft.facts |= {"parts": len(report.parts), "missing": len(report.missing)}
        return report

    @command(Permission.REPORT_WRITE)
    def correct(self, draft: Draft, report_id: str, why: str) -> Report:
        """Begin the next version of a signed report, with its words and the figures as they are now."""
        report = self._held(draft, report_id)
        figures, parts, missing = self._filling(draft, report.unit, self._obligation(report), report.year)
        following = report.corrected(nfc(why)).filled(figures, parts, missing)
        if draft.peek(REPORT, following.id) is not None:
            raise WrongStep(f"report {report.id} is being corrected already, by {following.id}; go on with that one")
        draft.event("report.correction_begun")
        return draft.save(REPORT, following)

    def _begun(self, draft: Draft, unit: str, obligation: str, year: int) -> Report:
        owed = self.desk.district.obligation(obligation)
        figures, parts, missing = self._filling(draft, unit, owed, year)
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
            figures=figures,
            parts=parts,
            missing=missing,
        )
        draft.event("report.drafted")
        return draft.save(REPORT, report)

    def _refilled(self, draft: Draft, report: Report) -> Report:
        figures, parts, missing = self._filling(draft, report.unit, self._obligation(report), report.year)
        draft.event("report.filled")
        return draft.save(REPORT, report.filled(figures, parts, missing))
