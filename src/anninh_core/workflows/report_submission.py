"""Reports handed in, returned and accepted together with the duty they fulfil, and rendered as documents."""

from datetime import date

from anninh_core.plugins import Plugins
from anninh_core.rooms.programme.duty import DUTY, REPORT, duty_id
from anninh_core.rooms.reports.model import Report
from anninh_core.rooms.services import Services
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import Actor
from anninh_core.work.marks import command, workflow
from anninh_core.work.runner import UseCaseRunner
from anninh_core.work.unit_of_work import UnitOfWork
from anninh_core.workflows.base import Workflow


class ReportSubmission(Workflow):
    """Joins reports, the programme and the formatters."""

    room = "papers"

    def __init__(self, runner: UseCaseRunner, rooms: Services, plugins: Plugins) -> None:
        super().__init__(runner, rooms)
        self._plugins = plugins

    @command(Permission.REPORT_SUBMIT)
    def submit(self, draft: UnitOfWork, report_id: str, *, number: int, issued_on: date, signer: str) -> Report:
        """Sign and hand in a report; the duty it fulfils is done in the same commit."""
        signed = self.rooms.reports.signing.submit(draft, report_id, number=number, issued_on=issued_on, signer=signer)
        draft.permit(signed.unit)
        if _is_owed(draft, signed):
            self.rooms.programme.duties.fulfil(draft, signed.obligation, signed.year, signed.unit, evidence=signed.id)
        return signed

    @command(Permission.REPORT_ACCEPT)
    def give_back(self, draft: UnitOfWork, report_id: str, reasons: str) -> Report:
        """Return a report with reasons; its duty is open again."""
        returned = self.rooms.reports.signing.give_back(draft, report_id, reasons)
        self._permit_superior(draft, returned)
        if _is_owed(draft, returned):
            self.rooms.programme.duties.give_back(draft, returned.obligation, returned.year, returned.unit)
        return returned

    @command(Permission.REPORT_ACCEPT)
    def accept(self, draft: UnitOfWork, report_id: str) -> Report:
        """Accept a report; its duty is closed."""
        accepted = self.rooms.reports.signing.accept(draft, report_id)
        self._permit_superior(draft, accepted)
        if _is_owed(draft, accepted):
            self.rooms.programme.duties.accept(draft, accepted.obligation, accepted.year, accepted.unit)
        return accepted

    @workflow(Permission.REPORT_READ)
    def render(self, actor: Actor, report_id: str, format: str) -> tuple[str, bytes]:
        """Return a file name and the bytes of a report in a format.

        Raises:
            ConfigurationError: no loaded plugin brings the format.
            MissingExtra: the format's library isn't installed.
        """
        formatter = self._plugins.formatter(format)()
        document = self.rooms.reports.queries.document(actor, report_id)
        name = self.rooms.reports.queries.file_name(actor, report_id)
        return f"{name}{formatter.suffix}", formatter.render(document)

    def _permit_superior(self, draft: UnitOfWork, report: Report) -> None:
        draft.permit(self.context.district.obligation(report.obligation).to)


def _is_owed(draft: UnitOfWork, report: Report) -> bool:
    id = duty_id(REPORT, report.obligation, report.year, report.unit)
    return report.version == 1 and draft.peek(DUTY, id) is not None
