"""Reports: figures, words, signature, roll-up."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain.reports.service import Reports
    from anninh_core.workflows import PossibleReportSteps, ReportSubmission
    from anninh_core.workflows.possible_steps.offers import Verbs


class ReportsApi:
    """Reports: figures, words, signature, roll-up. Every verb takes the actor first."""

    def __init__(
        self,
        reports: "Reports",
        submission: "ReportSubmission",
        possible_steps: "Callable[[Verbs], PossibleReportSteps]",
    ) -> None:
        self.begin = reports.drafting.begin
        self.refresh = reports.drafting.refresh
        self.write = reports.drafting.write
        self.consolidate = reports.drafting.consolidate
        self.correct = reports.drafting.correct
        self.get = reports.queries.get
        self.newest = reports.queries.newest
        self.document = reports.queries.document
        self.file_name = reports.queries.file_name
        self.standing = reports.queries.standing
        self.late = reports.queries.late
        self.consolidated = reports.queries.consolidated
        self.figures = reports.queries.figures
        self.recount = reports.counters.recount
        self.correct_counters = reports.counters.correct_counters
        self.counter_drifts = reports.counters.counter_drifts
        self.mend_counters = reports.counters.mend_counters
        self.submit = submission.submit
        self.give_back = submission.give_back
        self.accept = submission.accept
        self.render = submission.render
        self.paper = submission.paper
        self.can_do = possible_steps({**vars(self)}).can_do
