from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.domain.reports.drafting import ReportDrafting
from anninh_core.domain.reports.figures.counter_maintenance import CounterMaintenance
from anninh_core.domain.reports.queries import ReportQueries
from anninh_core.workflows.allowed_actions.reports import PossibleReportSteps
from anninh_core.workflows.report_submission import ReportSubmission

_drafting = part(lambda internals: internals.services.reports.drafting)
_queries = part(lambda internals: internals.services.reports.queries)
_counters = part(lambda internals: internals.services.reports.counters)
_report_submission = part(lambda internals: internals.workflows.report_submission)
_possible_steps = part(lambda internals: internals.workflows.possible_report_steps)


class ReportsApi(Noun):
    """Reports: figures, text, signature, roll-up. Every verb takes the actor first."""

    begin = verb(_drafting, ReportDrafting.begin)
    refresh = verb(_drafting, ReportDrafting.refresh)
    write = verb(_drafting, ReportDrafting.write)
    consolidate = verb(_drafting, ReportDrafting.consolidate)
    correct = verb(_drafting, ReportDrafting.correct)
    get = verb(_queries, ReportQueries.get)
    newest = verb(_queries, ReportQueries.newest)
    document = verb(_queries, ReportQueries.document)
    file_name = verb(_queries, ReportQueries.file_name)
    standing = verb(_queries, ReportQueries.standing)
    late = verb(_queries, ReportQueries.late)
    consolidated = verb(_queries, ReportQueries.consolidated)
    figures = verb(_queries, ReportQueries.figures)
    recount = verb(_counters, CounterMaintenance.recount)
    correct_counters = verb(_counters, CounterMaintenance.correct_counters)
    counter_drifts = verb(_counters, CounterMaintenance.counter_drifts)
    mend_counters = verb(_counters, CounterMaintenance.mend_counters)
    submit = verb(_report_submission, ReportSubmission.submit)
    give_back = verb(_report_submission, ReportSubmission.give_back)
    accept = verb(_report_submission, ReportSubmission.accept)
    render = verb(_report_submission, ReportSubmission.render)
    paper = verb(_report_submission, ReportSubmission.paper)
    can_do = verb(_possible_steps, PossibleReportSteps.can_do)
