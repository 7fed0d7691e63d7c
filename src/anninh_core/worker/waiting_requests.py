"""Finds unanswered requests about personal data, with the officers excluded from each, for notices and counts."""

from collections.abc import Iterator
from datetime import datetime

from attrs import frozen

from anninh_core.domain.registry import make_retention_policies, make_rights_lookups
from anninh_core.domain.rights.clocks import read_clock
from anninh_core.domain.rights.kind import RIGHTS_REQUEST
from anninh_core.domain.rights.model import RightsRequest
from anninh_core.domain.rights.states import OPEN_STATES, AnswerClockState
from anninh_core.usecase.actor import system
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner

_HURRIED = (AnswerClockState.WARN, AnswerClockState.OVERDUE)


@frozen(kw_only=True)
class WaitingRequest:
    """An unanswered request about personal data.

    Attributes:
        excluded: ids of officers and marks of units that are excluded from it.
        due: deadline of the answer, None if there is none.
        is_due: whether the deadline is near or has passed.
    """

    request: RightsRequest
    excluded: tuple[str, ...]
    due: datetime | None
    is_due: bool


def iter_waiting_requests(runner: UseCaseRunner) -> Iterator[WaitingRequest]:
    """Yield the unanswered requests about personal data, oldest first. Only for counts: the caller must not show their
    content.
    """
    session = ReadSession(runner.context, runner.permits, system("delivery"), "dispatch.digest")
    for request in session.iter_all(RIGHTS_REQUEST, "oldest", where={"state": OPEN_STATES}):
        yield build_waiting_request(session, request)


def find_waiting_request(runner: UseCaseRunner, id: str) -> WaitingRequest | None:
    """Return an unanswered request about personal data by its id, or None if it is answered or unreadable."""
    session = ReadSession(runner.context, runner.permits, system("delivery"), "dispatch.notice")
    request = session.get_readable(RIGHTS_REQUEST, id)
    return build_waiting_request(session, request) if request is not None and request.is_open else None


def build_waiting_request(session: ReadSession, request: RightsRequest) -> WaitingRequest:
    """Return a request about personal data with its current deadline and exclusions."""
    district = session.context.district
    clock = read_clock(district, request)
    return WaitingRequest(
        request=request,
        excluded=make_rights_lookups(make_retention_policies(district)).kept_away(session, request.refs),
        due=None if clock is None else clock.due,
        is_due=clock is not None and clock.state(session.at) in _HURRIED,
    )
