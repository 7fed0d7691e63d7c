"""Use cases of signing: a report is submitted and frozen, then its superior returns it with reasons or accepts it."""

from datetime import date

from anninh_core.domain.reports.contents import compute_contents
from anninh_core.domain.reports.figures.calculator import IndicatorCalculator
from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.reports.loading import REPORT_STEPS, get_permitted_report, get_report_for_step, get_template
from anninh_core.domain.reports.model import Report, ReportSignature, make_report_id
from anninh_core.domain.reports.number_series import claim_number
from anninh_core.domain.reports.rules import format_document_number
from anninh_core.domain.reports.states import SIGNED_STATES, ReportState
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.kernel.text import nfc
from anninh_core.usecase.marks import Service, step
from anninh_core.usecase.preconditions.steps import StepChecks
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class ReportSigning(Service):
    """Use cases that submit, return and accept reports. Every step leaves a decision record."""

    action_prefix = "reports"

    def __init__(self, runner: UseCaseRunner, counting: IndicatorCalculator) -> None:
        super().__init__(runner)
        self._calculator = counting

    @step(Permission.REPORT_SUBMIT)
    def submit(self, uow: UnitOfWork, report_id: str, *, number: int, issued_on: date, signer: str) -> Report:
        """Sign a draft and freeze it; the signer gives number, date of issue and name.

        The signature covers the draft's content; if the figures have changed since, the draft must be refreshed and
        checked first.

        Raises:
            WrongStep: the period hasn't ended, a section has no text, or the figures have changed.
            BadInput: another report of the unit has the number in this series and year.
            Refused: the actor is no person.
        """
        report = get_permitted_report(uow, report_id)
        self.steps.require("submit", report, uow)
        signature = ReportSignature(
            number=format_document_number(
                self.context.district, get_template(self.context.district, report), report.unit, number
            ),
            issued_on=issued_on,
            signer=_require_name(signer),
            by=uow.actor.id,
            submitted_on=uow.today,
            digest="",
        )
        signed = report.submitted(signature)
        claim_number(uow, signed)
        self._supersede_previous(uow, signed)
        self._close_parts(uow, signed)
        uow.facts |= {"report": signed.id, "days_late": signed.days_late or 0, "version": signed.version}
        return self._save_decision(uow, signed, "submitted", signed.why)

    @step(Permission.REPORT_ACCEPT)
    def give_back(self, uow: UnitOfWork, report_id: str, reasons: str) -> Report:
        """Return a submitted report for improvement, with reasons."""
        report = get_report_for_step(uow, "give_back", report_id, as_superior=True)
        return self._save_decision(uow, report.given_back(uow.today, nfc(reasons)), "returned", nfc(reasons))

    @step(Permission.REPORT_ACCEPT)
    def accept(self, uow: UnitOfWork, report_id: str) -> Report:
        """Accept a submitted report.

        Raises:
            Refused: the actor signed it.
            WrongStep: it isn't submitted, or its content no longer equals the signed content.
        """
        report = get_report_for_step(uow, "accept", report_id, as_superior=True)
        return self._save_decision(uow, report.moved(ReportState.ACCEPTED), "accepted", "")

    @property
    def steps(self) -> StepChecks[Report]:
        """The steps that can be done with a report, each with its preconditions, including the check whether figures
        have changed since they were filled in.
        """
        return REPORT_STEPS.with_check("submit", self._require_current_figures)

    def _require_current_figures(self, report: Report, session: ReadSession) -> None:
        obligation = self.context.district.obligation(report.obligation)
        contents = compute_contents(session, self._calculator, report.unit, obligation, report.year)
        if contents.parts != report.parts or not contents.figures.has_same_numbers(report.figures):
            taken_on = report.figures.taken_on
            raise WrongStep(
                "The figures of report {report} changed after {day}: refresh it with {act:reports.refresh}, "
                "and check it again.",
                report=report.id,
                day=taken_on,
            )

    def _supersede_previous(self, uow: UnitOfWork, signed: Report) -> None:
        if signed.version > 1:
            previous = uow.load(REPORT, make_report_id(signed.obligation, signed.year, signed.unit, signed.version - 1))
            # Otherwise an earlier correction, which was returned, has replaced the previous version already.
            if previous.state in SIGNED_STATES:
                uow.save(REPORT, previous.moved(ReportState.SUPERSEDED))

    def _close_parts(self, uow: UnitOfWork, signed: Report) -> None:
        for part in signed.parts:
            report = uow.load(REPORT, part.report)
            if report.state is ReportState.ACCEPTED:
                uow.save(REPORT, report.moved(ReportState.CONSOLIDATED))
                uow.add_event("report.consolidated")

    def _save_decision(self, uow: UnitOfWork, report: Report, reason: str, text: str) -> Report:
        evidence = report.signature.digest if report.signature else report.figures.digest
        uow.decide(f"report:{report.id}", rule=report.obligation, reason=reason, text=text, evidence=evidence)
        uow.add_event(f"report.{reason}")
        return uow.save(REPORT, report)


def _require_name(signer: str) -> str:
    if not signer.strip():
        raise BadInput("The report has no signatory: write the name of the person who will sign it.")
    return nfc(signer)
