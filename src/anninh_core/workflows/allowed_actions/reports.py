"""The query for the steps that an actor can take with a report."""

from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.reports.loading import get_permitted_report, get_superior
from anninh_core.domain.reports.model import Report
from anninh_core.usecase.arguments import ReportId
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.preconditions.steps import StepChecks
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.allowed_actions.offers import PossibleSteps, StepOffers
from anninh_core.workflows.base import FindVerb


class PossibleReportSteps(Service):
    """Finds the steps that an actor can take with a report. The actor who signed the report isn't offered to accept
    it.
    """

    action_prefix = "reports"

    def __init__(self, runner: UseCaseRunner, find_verb: FindVerb, checks: StepChecks[Report]) -> None:
        super().__init__(runner)
        self._offers = StepOffers("reports", find_verb, REPORT, checks)

    @query(Permission.REPORT_READ, public=True)
    def can_do(self, session: ReadSession, report_id: ReportId) -> PossibleSteps:
        """Return the operations that you can carry out now with a report. See `tips.can_do`.

        If its words may identify a person, `reports.submit` is still offered, and holds them for a person's decision.
        """
        report = get_permitted_report(session, report_id)
        return self._offers.find(session, report, get_superior(session, report))
