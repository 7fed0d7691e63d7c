"""Submitting, returning and accepting reports together with the duties they fulfil, and rendering reports as
documents.
"""

from datetime import date
from functools import partial

from anninh_core.domain.leaks.check import Outgoing
from anninh_core.domain.programme.duty import DUTY, REPORT, Duty, DutyState, make_duty_id
from anninh_core.domain.reports.loading import get_permitted_report
from anninh_core.domain.reports.model import Report
from anninh_core.domain.services import Services
from anninh_core.messaging.outbound.leak_gate import build_leak_error, is_publishable
from anninh_core.plugins import Plugins
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.arguments import Count, PaperFormat, Reason, ReportId
from anninh_core.usecase.marks import command, query, workflow
from anninh_core.usecase.preconditions.steps import Check, StepChecks
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.usecase.views import Download
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.base import Workflow
from anninh_core.workflows.report_paper import ReportPaperView, show_paper

_DUTY_BECOMES = {"submit": DutyState.DONE, "accept": DutyState.ACCEPTED, "give_back": DutyState.OPEN}
"""New state of the duty that a report fulfils, by the report's step."""


class ReportSubmission(Workflow):
    """Submits, returns, accepts and renders reports, and updates the duties that they fulfil."""

    action_prefix = "papers"

    def __init__(self, runner: UseCaseRunner, services: Services, plugins: Plugins) -> None:
        super().__init__(runner, services)
        self._plugins = plugins

    @workflow(Permission.REPORT_SUBMIT, public=True, daily=True, irreversible=True, step_up=True)
    def submit(self, actor: Actor, report_id: ReportId, *, number: Count, issued_on: date, signer: str) -> Report:
        """Sign and submit a report; the duty it fulfils is done in the same commit.

        Raises:
            WrongStep: its words may identify a person, and no one with permission has released them (`app.leaks`); or
                the period hasn't ended, a section has no words, or the figures changed.
            BadInput: another report of the unit bears the number in this series and year.
            Refused: the actor may not, or is no person.
        """
        sign = partial(self._sign, report_id=report_id, number=number, issued_on=issued_on, signer=signer)
        signed = self.runner.run_command(actor, "papers.submit", Permission.REPORT_SUBMIT, sign)
        if isinstance(signed, Report):
            return signed
        raise build_leak_error(signed)

    def _sign(self, uow: UnitOfWork, *, report_id: str, number: int, issued_on: date, signer: str) -> Report | Outgoing:
        """Sign a report and return it; if its words may identify a person, hold them for a decision, and return them
        instead.
        """
        draft = get_permitted_report(uow, report_id)
        words = Outgoing(
            about=f"report:{draft.id}",
            unit=draft.unit,
            officer=uow.actor.id,
            exposure=self.services.leaks.check.find_exposure("\n".join(text for _, text in draft.words)),
        )
        if not is_publishable(uow, self.services.leaks, self.services.duty, words):
            # The report isn't submitted yet: after its words are released, the same idempotency key submits it.
            uow.drop_request()
            return words
        report = self.services.reports.signing.submit(uow, report_id, number=number, issued_on=issued_on, signer=signer)
        uow.permit(report.unit)
        if _fulfils_duty(uow, report):
            self.services.programme.duties.fulfil(uow, report.obligation, report.year, report.unit, evidence=report.id)
        return report

    @command(Permission.REPORT_ACCEPT, public=True, daily=True)
    def give_back(self, uow: UnitOfWork, report_id: ReportId, reasons: Reason) -> Report:
        """Give a report back with reasons; its duty is open again.

        Raises:
            WrongStep: it isn't submitted.
            BadInput: no reasons.
        """
        report = self.services.reports.signing.give_back(uow, report_id, reasons)
        self._permit_superior(uow, report)
        if _fulfils_duty(uow, report):
            self.services.programme.duties.give_back(uow, report.obligation, report.year, report.unit)
        return report

    @command(Permission.REPORT_ACCEPT, public=True, daily=True)
    def accept(self, uow: UnitOfWork, report_id: ReportId) -> Report:
        """Accept a report; its duty is closed.

        Raises:
            Refused: the actor signed it.
            WrongStep: it isn't submitted, or it was changed after signing.
        """
        report = self.services.reports.signing.accept(uow, report_id)
        self._permit_superior(uow, report)
        if _fulfils_duty(uow, report):
            self.services.programme.duties.accept(uow, report.obligation, report.year, report.unit)
        return report

    @workflow(Permission.REPORT_READ, public=True)
    def render(self, actor: Actor, report_id: ReportId, format: PaperFormat) -> Download:
        """Return a report as a file in a format.

        Raises:
            BadInput: no loaded plugin brings the format.
            MissingExtra: the format's library isn't installed.
        """
        formatter = self._plugins.formatter(format)()
        document = self.services.reports.queries.document(actor, report_id)
        name = self.services.reports.queries.file_name(actor, report_id)
        return Download(f"{name}{formatter.suffix}", formatter.media_type, formatter.render(document))

    @query(Permission.REPORT_READ, traced=True, aggregate_repeats=True, public=True)
    def paper(self, session: ReadSession, report_id: ReportId) -> ReportPaperView:
        """Return a report as its files show it, as text, for a screen to draw."""
        document = session.include(self.services.reports.queries.document, report_id)
        session.permit(document.unit)
        return show_paper(document)

    @property
    def steps(self) -> StepChecks[Report]:
        """All steps for a report, including the check of its duty's state, which is defined here."""
        checks = self.services.reports.signing.steps
        for step, becomes in _DUTY_BECOMES.items():
            checks = checks.with_check(step, _require_duty(becomes))
        return checks

    def _permit_superior(self, uow: UnitOfWork, report: Report) -> None:
        uow.permit(self.context.district.obligation(report.obligation).to)


def _fulfils_duty(session: ReadSession, report: Report) -> bool:
    return _find_duty(session, report) is not None


def _find_duty(session: ReadSession, report: Report) -> Duty | None:
    """Return the duty that a report fulfils, or None if the report fulfils none: a correction doesn't fulfil a duty
    again.
    """
    id = make_duty_id(REPORT, report.obligation, report.year, report.unit)
    return session.get(DUTY, id) if report.version == 1 else None


def _require_duty(becomes: DutyState) -> Check[Report]:
    def check(report: Report, session: ReadSession) -> None:
        if (duty := _find_duty(session, report)) is not None:
            duty.require_possible(becomes)

    return check
