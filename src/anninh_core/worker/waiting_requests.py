"""Requests about data of one's own that wait, and who may hear nothing of each: for notices and counts."""

from collections.abc import Iterator
from datetime import datetime

from attrs import frozen

from anninh_core.domain.registry import retention_policies, rights_lookups
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
    """A request that isn't answered.

    Attributes:
        excluded: who may hear nothing of it: ids of officers, and marks of units.
        due: the last moment to answer, None where no limit is known.
        is_due: whether that is soon, or over.
    """

    request: RightsRequest
    excluded: tuple[str, ...]
    due: datetime | None
    is_due: bool


def iter_waiting_requests(runner: UseCaseRunner) -> Iterator[WaitingRequest]:
    """Yield the requests that aren't answered, oldest first. Nothing of it is for anybody to read but their number."""
    session = ReadSession(runner.context, runner.permits, system("delivery"), "dispatch.digest")
    for request in session.iter_all(RIGHTS_REQUEST, "oldest", where={"state": OPEN_STATES}):
        yield describe(session, request)


def find_waiting_request(runner: UseCaseRunner, id: str) -> WaitingRequest | None:
    """Return a request by its id; None for one that is answered, or can't be read any more."""
    session = ReadSession(runner.context, runner.permits, system("delivery"), "dispatch.notice")
    request = session.get_readable(RIGHTS_REQUEST, id)
    return describe(session, request) if request is not None and request.is_open else None


def describe(session: ReadSession, request: RightsRequest) -> WaitingRequest:
    """Return how a request stands at a moment, and for whose ears it isn't."""
    district = session.context.district
    clock = read_clock(district, request)
    return WaitingRequest(
        request=request,
        excluded=rights_lookups(retention_policies(district)).kept_away(session, request.refs),
        due=None if clock is None else clock.due,
        is_due=clock is not None and clock.state(session.at) in _HURRIED,
    )
