"""Duties, difficulties and reports that wait."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import partial

from anninh_core.domain.programme.difficulty import DIFFICULTY, DifficultyState
from anninh_core.domain.programme.duty import DUTY, Duty, DutyState
from anninh_core.domain.programme.duty import REPORT as DUTY_OF_REPORT
from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.reports.loading import superior_of
from anninh_core.domain.reports.model import Report
from anninh_core.domain.reports.states import ReportState
from anninh_core.kernel.dates import VIETNAM, end_of_day
from anninh_core.usecase.preconditions.steps import may_on
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.own_work.items import WorkItem, WorkReason
from anninh_core.workflows.own_work.source import FindWork, WorkSource

P = Permission
R = WorkReason
_AHEAD = timedelta(days=30)
"""How long before its last day a duty waits for its unit."""

_NEAR = timedelta(days=7)
"""How long before its last day a report that isn't handed in is marked."""


def list_paper_sources() -> tuple[WorkSource, ...]:
    """Return where duties, difficulties and reports that wait are found."""
    return (
        WorkSource(R.DUTY_DUE, "programme.duties", P.PLAN_RUN, _find_duties),
        WorkSource(R.DUTY_LATE, "programme.late", P.PLAN_URGE, _find_late),
        WorkSource(
            R.DIFFICULTY_RAISED, "programme.difficulties", P.DIFFICULTY_ANSWER, _difficulties(R.DIFFICULTY_RAISED)
        ),
        WorkSource(R.DIFFICULTY_ANSWERED, "programme.difficulties", P.PLAN_RUN, _difficulties(R.DIFFICULTY_ANSWERED)),
        WorkSource(R.REPORT_DRAFT, "reports.get", P.REPORT_WRITE, _reports(R.REPORT_DRAFT, ReportState.DRAFT)),
        WorkSource(R.REPORT_RETURNED, "reports.get", P.REPORT_WRITE, _reports(R.REPORT_RETURNED, ReportState.RETURNED)),
        WorkSource(R.REPORT_TO_ACCEPT, "reports.get", P.REPORT_ACCEPT, _find_submitted),
    )


def _find_duties(session: ReadSession, limit: int) -> Iterable[WorkItem]:
    """Yield what one's units owe soon: a report waits for who writes it.

    Whoever urges the units is shown who is late instead.
    """
    latest = session.today + _AHEAD

    def is_shown(duty: Duty) -> bool:
        may_do = duty.what != DUTY_OF_REPORT or may_on(session, P.REPORT_WRITE, duty.unit)
        return duty.last_day <= latest and may_do and not may_on(session, P.PLAN_URGE, duty.unit)

    open_ones = {"state": DutyState.OPEN.value}
    found = session.list_permitted(DUTY, "due", where=open_ones, shows=is_shown, limit=limit)
    return (_show_duty(R.DUTY_DUE, duty) for duty in found.items)


def _find_late(session: ReadSession, limit: int) -> Iterable[WorkItem]:
    found = session.list_permitted(
        DUTY,
        "due",
        where={"state": DutyState.OPEN.value},
        shows=lambda duty: duty.last_day < session.today,
        limit=limit,
    )
    return (_show_duty(R.DUTY_LATE, duty) for duty in found.items)


def _show_duty(reason: WorkReason, duty: Duty) -> WorkItem:
    return WorkItem(
        reason=reason,
        kind=DUTY.name,
        id=duty.id,
        title=duty.name,
        state=duty.state.value,
        unit=duty.unit,
        since=_start_of(duty.last_day - timedelta(days=max(duty.remind_days, default=0))),
        due=end_of_day(duty.last_day),
        is_near=bool(duty.urges),
        record=duty,
    )


def _difficulties(reason: WorkReason) -> FindWork:
    return partial(_find_difficulties, reason)


def _find_difficulties(reason: WorkReason, session: ReadSession, limit: int) -> Iterable[WorkItem]:
    state = DifficultyState.RAISED if reason is R.DIFFICULTY_RAISED else DifficultyState.ANSWERED
    found = session.list_permitted(DIFFICULTY, "oldest", where={"state": state.value}, limit=limit)
    for difficulty in found.items:
        yield WorkItem(
            reason=reason,
            kind=DIFFICULTY.name,
            id=difficulty.id,
            title=difficulty.remarks[0].text,
            state=difficulty.state.value,
            unit=difficulty.unit,
            since=_start_of(difficulty.remarks[-1].day),
            record=difficulty,
        )


def _reports(reason: WorkReason, state: ReportState) -> FindWork:
    return partial(_find_reports, reason, state)


def _find_reports(reason: WorkReason, state: ReportState, session: ReadSession, limit: int) -> Iterable[WorkItem]:
    found = session.list_permitted(REPORT, "newest", where={"state": state.value}, limit=limit)
    return (_show_report(session, reason, report) for report in found.items)


def _find_submitted(session: ReadSession, limit: int) -> Iterable[WorkItem]:
    """Yield what another unit handed in to one's own; what is gathered of them goes to a body outside."""
    handed_in = session.find(REPORT, "newest", where={"state": ReportState.SUBMITTED.value}, limit=max(limit, 500))
    for report in handed_in.items:
        is_signer = report.signature is not None and report.signature.by == session.actor.id
        superior = superior_of(session, report)
        if not is_signer and report.unit != superior and may_on(session, P.REPORT_ACCEPT, superior):
            yield _show_report(session, R.REPORT_TO_ACCEPT, report)


def _show_report(session: ReadSession, reason: WorkReason, report: Report) -> WorkItem:
    signature = report.signature
    begun = report.returned[-1][0] if report.returned else report.figures.taken_on
    return WorkItem(
        reason=reason,
        kind=REPORT.name,
        id=report.id,
        number=signature.number if signature is not None else "",
        title=session.context.district.obligation(report.obligation).name,
        state=report.state.value,
        unit=report.unit,
        since=_start_of(signature.submitted_on if signature is not None else begun),
        due=None if signature is not None else end_of_day(report.last_day),
        is_near=signature is None and report.last_day - session.today <= _NEAR,
        record=report,
    )


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, VIETNAM)
