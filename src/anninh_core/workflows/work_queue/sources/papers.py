"""Sources of duties, difficulties and reports that wait for an officer."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from anninh_core.domain.programme.difficulty import DIFFICULTY, Difficulty, DifficultyState
from anninh_core.domain.programme.duty import DUTY, Duty, DutyState
from anninh_core.domain.programme.duty import REPORT as DUTY_OF_REPORT
from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.reports.loading import get_superior
from anninh_core.domain.reports.model import Report
from anninh_core.domain.reports.states import ReportState
from anninh_core.kernel.dates import VIETNAM, end_of_day
from anninh_core.usecase.preconditions.steps import is_permitted_on
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.work_queue.items import WorkItem, WorkReason
from anninh_core.workflows.work_queue.work_source import PermittedRecords, WorkSource

P = Permission
R = WorkReason
_AHEAD = timedelta(days=30)
"""How long before its last day a duty appears in its unit's work."""

_NEAR = timedelta(days=7)
"""How long before its last day a report that isn't submitted is marked as near."""


def list_paper_sources() -> tuple[WorkSource[Any], ...]:
    """Return the sources of waiting duties, difficulties and reports."""
    due = PermittedRecords(DUTY, "due", {"state": DutyState.OPEN.value}, _is_duty_due_soon)
    late = PermittedRecords(DUTY, "due", {"state": DutyState.OPEN.value}, _is_duty_late)
    raised = PermittedRecords(DIFFICULTY, "oldest", {"state": DifficultyState.RAISED.value})
    answered = PermittedRecords(DIFFICULTY, "oldest", {"state": DifficultyState.ANSWERED.value})
    drafts = PermittedRecords(REPORT, "newest", {"state": ReportState.DRAFT.value})
    returned = PermittedRecords(REPORT, "newest", {"state": ReportState.RETURNED.value})
    return (
        WorkSource(R.DUTY_DUE, "programme.duties", P.PLAN_RUN, due, _show_duty),
        WorkSource(R.DUTY_LATE, "programme.late", P.PLAN_URGE, late, _show_duty),
        WorkSource(R.DIFFICULTY_RAISED, "programme.difficulties", P.DIFFICULTY_ANSWER, raised, _show_difficulty),
        WorkSource(R.DIFFICULTY_ANSWERED, "programme.difficulties", P.PLAN_RUN, answered, _show_difficulty),
        WorkSource(R.REPORT_DRAFT, "reports.get", P.REPORT_WRITE, drafts, _show_report),
        WorkSource(R.REPORT_RETURNED, "reports.get", P.REPORT_WRITE, returned, _show_report),
        WorkSource(R.REPORT_TO_ACCEPT, "reports.get", P.REPORT_ACCEPT, _find_submitted_reports, _show_report),
    )


def _is_duty_due_soon(session: ReadSession, duty: Duty) -> bool:
    """Return whether a duty is due soon and waits for the actor; a duty to report only waits for those who may write
    reports.

    An actor who may urge units to fulfil their duties sees only the late ones, from another source.
    """
    may_do = duty.what != DUTY_OF_REPORT or is_permitted_on(session, P.REPORT_WRITE, duty.unit)
    is_soon = duty.last_day <= session.today + _AHEAD
    return is_soon and may_do and not is_permitted_on(session, P.PLAN_URGE, duty.unit)


def _is_duty_late(session: ReadSession, duty: Duty) -> bool:
    return duty.last_day < session.today


def _show_duty(_: ReadSession, reason: WorkReason, duty: Duty) -> WorkItem:
    return WorkItem(
        reason=reason,
        kind=DUTY.name,
        id=duty.id,
        title=duty.name,
        state=duty.state.value,
        unit=duty.unit,
        since=_get_start_of_day(duty.last_day - timedelta(days=max(duty.remind_days, default=0))),
        due=end_of_day(duty.last_day),
        is_near=bool(duty.urges),
        record=duty,
    )


def _show_difficulty(_: ReadSession, reason: WorkReason, difficulty: Difficulty) -> WorkItem:
    return WorkItem(
        reason=reason,
        kind=DIFFICULTY.name,
        id=difficulty.id,
        title=difficulty.remarks[0].text,
        state=difficulty.state.value,
        unit=difficulty.unit,
        since=_get_start_of_day(difficulty.remarks[-1].day),
        record=difficulty,
    )


def _find_submitted_reports(session: ReadSession, limit: int) -> Iterable[Report]:
    """Yield the reports that other units submitted to the actor's unit; consolidated reports are left out, as they go
    to an external body.
    """
    handed_in = session.find(REPORT, "newest", where={"state": ReportState.SUBMITTED.value}, limit=max(limit, 500))
    for report in handed_in.items:
        is_signer = report.signature is not None and report.signature.by == session.actor.id
        superior = get_superior(session, report)
        if not is_signer and report.unit != superior and is_permitted_on(session, P.REPORT_ACCEPT, superior):
            yield report


def _show_report(session: ReadSession, reason: WorkReason, report: Report) -> WorkItem:
    signature = report.signature
    begun_on = report.returned[-1][0] if report.returned else report.figures.taken_on
    return WorkItem(
        reason=reason,
        kind=REPORT.name,
        id=report.id,
        number=signature.number if signature is not None else "",
        title=session.context.district.obligation(report.obligation).name,
        state=report.state.value,
        unit=report.unit,
        since=_get_start_of_day(signature.submitted_on if signature is not None else begun_on),
        due=None if signature is not None else end_of_day(report.last_day),
        is_near=signature is None and report.last_day - session.today <= _NEAR,
        record=report,
    )


def _get_start_of_day(day: date) -> datetime:
    return datetime.combine(day, time.min, VIETNAM)
