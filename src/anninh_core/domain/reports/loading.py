"""Loading reports under a permission, their templates, and the preconditions of their steps."""

from collections.abc import Mapping

from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.reports.model import Report, current_version, report_id
from anninh_core.domain.reports.rules import required_keys, section_keys
from anninh_core.domain.reports.states import ReportState
from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.usecase.preconditions.steps import Check, StepChecks, can_become, permit_on
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.plan import ReportTemplate

S = ReportState
_SEE = "reports.standing"


def get_permitted_report(session: ReadSession, report_id: str, *, as_superior: bool = False) -> Report:
    """Return a report if the marked permission covers its unit, or the unit that it goes to if `as_superior`.

    Raises:
        Refused: the actor has the permission on no unit.
        NotVisible: the report doesn't exist, or the permission doesn't cover the unit; the error doesn't reveal which.
    """
    report = session.get_visible(REPORT, report_id, _SEE)
    permitted = session.permitted_units()
    unit = session.context.district.obligation(report.obligation).to if as_superior else report.unit
    if permitted is not None and unit not in permitted:
        raise session.withhold(REPORT.name, report_id, f"it belongs to {report.unit}", _SEE, unit=report.unit)
    session.unit = unit
    return report


def current_versions(session: ReadSession, obligation: str, year: int) -> Mapping[str, Report]:
    """Return the current version of each unit's report, see `current_version`."""
    reports_by_unit: dict[str, list[Report]] = {}
    for report in session.iter_all(REPORT, "newest", where={"obligation": obligation, "year": year}):
        reports_by_unit.setdefault(report.unit, []).append(report)
    versions = {unit: current_version(reports) for unit, reports in reports_by_unit.items()}
    return {unit: report for unit, report in versions.items() if report is not None}


def template_of(district: District, report: Report) -> ReportTemplate:
    """Return the template of a report's obligation."""
    return district.templates[district.obligation(report.obligation).template]


def superior_of(session: ReadSession, report: Report) -> str:
    """Return the unit that a report goes to."""
    return session.context.district.obligation(report.obligation).to


def _permit(permission: Permission) -> Check[Report]:
    return permit_on(permission, lambda report: report.unit)


def _permit_superior(report: Report, session: ReadSession) -> None:
    permit_on(Permission.REPORT_ACCEPT, lambda checked_report: superior_of(session, checked_report))(report, session)


def _require_sections(report: Report, session: ReadSession) -> None:
    if not section_keys(template_of(session.context.district, report)):
        raise BadInput("The template of report {report} has no section for the unit's own text.", report=report.id)


def _require_no_correction(report: Report, session: ReadSession) -> None:
    report.require_correctable()
    next_id = report_id(report.obligation, report.year, report.unit, report.version + 1)
    if session.context.storage.records.get(REPORT.name, next_id) is not None:
        raise WrongStep(
            "Report {report} is already being corrected as {correction}: continue with that version.",
            report=report.id,
            correction=next_id,
        )


def _require_complete(report: Report, session: ReadSession) -> None:
    template = template_of(session.context.district, report)
    if empty := [key for key in required_keys(template) if not report.section_text(key)]:
        raise WrongStep(
            "Report {report} has no text yet for the sections {sections}: write it first with {act:reports.write}.",
            report=report.id,
            sections=tuple(empty),
        )


def _require_another_than_signed(report: Report, session: ReadSession) -> None:
    if report.signature is not None and report.signature.by == session.actor.id:
        raise Refused(
            "Officer {officer} signed report {report} and can't accept it: ask another person.",
            officer=session.actor.id,
            report=report.id,
        )


def _require_intact(report: Report, _: ReadSession) -> None:
    if not report.is_intact:
        raise WrongStep(
            "Report {report} no longer matches its signature: return it with {act:reports.give_back}, and "
            "check the audit log with {act:audit.verify}.",
            report=report.id,
        )


REPORT_STEPS: StepChecks[Report] = StepChecks(
    {
        "refresh": (_permit(Permission.REPORT_WRITE), can_become(S.DRAFT)),
        "write": (_permit(Permission.REPORT_WRITE), can_become(S.DRAFT), _require_sections),
        "submit": (
            _permit(Permission.REPORT_SUBMIT),
            can_become(S.SUBMITTED),
            lambda report, session: report.require_period_over(session.today),
            _require_complete,
        ),
        "accept": (_permit_superior, _require_another_than_signed, _require_intact, can_become(S.ACCEPTED)),
        "give_back": (_permit_superior, can_become(S.RETURNED)),
        "correct": (_permit(Permission.REPORT_WRITE), _require_no_correction),
    }
)
"""Every step on a report with its preconditions, in the board's order. `ReportSigning` adds a check for new figures."""


def get_report_for(session: ReadSession, step: str, report_id: str, *, as_superior: bool = False) -> Report:
    """Return a report if the actor can do a step of `REPORT_STEPS` with it.

    Raises:
        Refused, WrongStep, BadInput: a precondition of the step isn't met; and as `get_permitted_report`.
    """
    report = get_permitted_report(session, report_id, as_superior=as_superior)
    REPORT_STEPS.require(step, report, session)
    return report
