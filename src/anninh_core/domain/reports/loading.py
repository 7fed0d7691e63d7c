"""Functions that load reports after a check of the actor's permission, find their templates, and check the
preconditions of their steps.
"""

from collections.abc import Mapping

from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.reports.model import Report, find_current_version, make_report_id
from anninh_core.domain.reports.rules import required_keys, section_keys
from anninh_core.domain.reports.states import ReportState
from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.usecase.preconditions.steps import Check, StepChecks, build_permission_check, build_transition_check
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.plan import ReportTemplate

S = ReportState
_SEE = "reports.standing"


def get_permitted_report(session: ReadSession, report_id: str, *, as_superior: bool = False) -> Report:
    """Return a report if the actor has the use case's permission in its unit, or, with `as_superior`, in the unit that
    it goes to.

    Raises:
        Refused: the actor has the permission on no unit.
        NotVisible: the report doesn't exist, or the permission doesn't cover the unit; the error doesn't reveal which.
    """
    report = session.get_visible(REPORT, report_id, _SEE)
    permitted = session.permitted_units()
    unit = session.context.district.obligation(report.obligation).to if as_superior else report.unit
    if permitted is not None and unit not in permitted:
        raise session.build_withheld_error(
            REPORT.name, report_id, f"it belongs to {report.unit}", _SEE, unit=report.unit
        )
    session.unit = unit
    return report


def list_current_versions(session: ReadSession, obligation: str, year: int) -> Mapping[str, Report]:
    """Return the current version of each unit's report, by unit; see `find_current_version`."""
    reports_by_unit: dict[str, list[Report]] = {}
    for report in session.iter_all(REPORT, "newest", where={"obligation": obligation, "year": year}):
        reports_by_unit.setdefault(report.unit, []).append(report)
    versions = {unit: find_current_version(reports) for unit, reports in reports_by_unit.items()}
    return {unit: report for unit, report in versions.items() if report is not None}


def get_template(district: District, report: Report) -> ReportTemplate:
    """Return the template of a report's obligation."""
    return district.templates[district.obligation(report.obligation).template]


def get_superior(session: ReadSession, report: Report) -> str:
    """Return the unit that a report goes to."""
    return session.context.district.obligation(report.obligation).to


def _require_permission(permission: Permission) -> Check[Report]:
    return build_permission_check(permission, lambda report: report.unit)


def _require_permission_of_superior(report: Report, session: ReadSession) -> None:
    build_permission_check(Permission.REPORT_ACCEPT, lambda checked_report: get_superior(session, checked_report))(
        report, session
    )


def _require_sections(report: Report, session: ReadSession) -> None:
    if not section_keys(get_template(session.context.district, report)):
        raise BadInput("The template of report {report} has no section for the unit's own text.", report=report.id)


def _require_no_correction(report: Report, session: ReadSession) -> None:
    report.require_correctable()
    next_id = make_report_id(report.obligation, report.year, report.unit, report.version + 1)
    if session.context.storage.records.get(REPORT.name, next_id) is not None:
        raise WrongStep(
            "Report {report} is already being corrected as {correction}: continue with that version.",
            report=report.id,
            correction=next_id,
        )


def _require_complete(report: Report, session: ReadSession) -> None:
    template = get_template(session.context.district, report)
    if empty := [key for key in required_keys(template) if not report.get_section_text(key)]:
        raise WrongStep(
            "Report {report} has no text yet for the sections {sections}: write it first with {act:reports.write}.",
            report=report.id,
            sections=tuple(empty),
        )


def _require_other_than_signer(report: Report, session: ReadSession) -> None:
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
        "refresh": (_require_permission(Permission.REPORT_WRITE), build_transition_check(S.DRAFT)),
        "write": (_require_permission(Permission.REPORT_WRITE), build_transition_check(S.DRAFT), _require_sections),
        "submit": (
            _require_permission(Permission.REPORT_SUBMIT),
            build_transition_check(S.SUBMITTED),
            lambda report, session: report.require_period_over(session.today),
            _require_complete,
        ),
        "accept": (
            _require_permission_of_superior,
            _require_other_than_signer,
            _require_intact,
            build_transition_check(S.ACCEPTED),
        ),
        "give_back": (_require_permission_of_superior, build_transition_check(S.RETURNED)),
        "correct": (_require_permission(Permission.REPORT_WRITE), _require_no_correction),
    }
)
"""The steps that can be done with a report, each with its preconditions, in the board's order. `ReportSigning` adds a
check for new figures.
"""


def get_report_for_step(session: ReadSession, step: str, report_id: str, *, as_superior: bool = False) -> Report:
    """Return a report if the actor can do a step of `REPORT_STEPS` with it.

    Raises:
        Refused, WrongStep, BadInput: a precondition of the step isn't met; and as `get_permitted_report`.
    """
    report = get_permitted_report(session, report_id, as_superior=as_superior)
    REPORT_STEPS.require(step, report, session)
    return report
