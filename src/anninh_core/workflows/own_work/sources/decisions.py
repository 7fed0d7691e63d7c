"""What waits for a second person: identities, requests about one's own data, what is held, what wasn't delivered."""

from collections.abc import Iterable
from functools import partial
from itertools import islice

from anninh_core.domain.identity.emergency_model import EmergencyOpening
from anninh_core.domain.identity.kind import DISCLOSURE, EMERGENCY_OPENING
from anninh_core.domain.identity.model import Disclosure
from anninh_core.domain.identity.states import DisclosureState
from anninh_core.domain.leaks.kind import LEAK_FINDING
from anninh_core.domain.leaks.model import LeakFinding
from anninh_core.domain.rights.clocks import read_clock
from anninh_core.domain.rights.kind import RIGHTS_REQUEST
from anninh_core.domain.rights.model import RequestSummary, RightsRequest
from anninh_core.domain.rights.states import AnswerClockState
from anninh_core.domain.services import Services
from anninh_core.messaging.failures.listing import FailureFilter, list_failures
from anninh_core.messaging.failures.visibility import iter_visible
from anninh_core.usecase.permissions.visible_pages import MAX_EXAMINED
from anninh_core.usecase.preconditions.steps import may_on
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.own_work.items import WorkItem, WorkReason
from anninh_core.workflows.own_work.source import WorkSource

P = Permission
R = WorkReason


def list_decision_sources(services: Services) -> tuple[WorkSource, ...]:
    """Return where it is found that somebody has to decide."""
    disclosures = partial(_find_disclosures, services)
    openings = partial(_find_openings, services)
    requests = partial(_find_requests, services)
    checks = partial(_find_checks, services)
    return (
        WorkSource(R.IDENTITY_REQUESTED, "identity.disclosures", P.IDENTITY_APPROVE, disclosures),
        WorkSource(R.OPENING_UNREVIEWED, "identity.emergency_openings", P.IDENTITY_APPROVE, openings),
        WorkSource(R.RIGHTS_OPEN, "rights.requests", P.RIGHTS_HANDLE, requests),
        WorkSource(R.RIGHTS_TO_CHECK, "rights.requests_to_check", P.RIGHTS_CHECK, checks),
        WorkSource(R.LEAK_HELD, "leaks.findings", P.DELIVERY_DECIDE, partial(_find_leaks, services)),
        WorkSource(R.DELIVERY_FAILED, "failures.troubles", P.DELIVERY_DECIDE, _find_failures),
    )


def _find_disclosures(services: Services, session: ReadSession, limit: int) -> Iterable[WorkItem]:
    waiting = DisclosureState.REQUESTED
    size = limit + 1
    found: Listing[Disclosure] = session.include(services.identity.disclosures, state=waiting, limit=size)
    for disclosure in found.items:
        if disclosure.requested_by != session.actor.id:
            yield WorkItem(
                reason=R.IDENTITY_REQUESTED,
                kind=DISCLOSURE.name,
                id=disclosure.id,
                title=disclosure.purpose,
                state=disclosure.state.value,
                unit=disclosure.unit,
                since=disclosure.requested_at,
                record=disclosure,
            )


def _find_openings(services: Services, session: ReadSession, limit: int) -> Iterable[WorkItem]:
    found: Listing[EmergencyOpening] = session.include(services.emergency_openings.emergency_openings, limit=limit)
    for opening in found.items:
        if session.actor.id not in (opening.opened_by, opening.marked_by):
            yield WorkItem(
                reason=R.OPENING_UNREVIEWED,
                kind=EMERGENCY_OPENING.name,
                id=opening.id,
                title=opening.reason,
                state=opening.state.value,
                unit=opening.unit,
                since=opening.opened_at,
                due=opening.due_at,
                record=opening,
            )


def _find_requests(services: Services, session: ReadSession, limit: int) -> Iterable[WorkItem]:
    found: Listing[RightsRequest] = session.include(services.rights.handling.requests, limit=limit)
    for request in found.items:
        clock = read_clock(session.context.district, request)
        yield WorkItem(
            reason=R.RIGHTS_OPEN,
            kind=RIGHTS_REQUEST.name,
            id=request.id,
            number=request.number,
            title=request.words,
            state=request.state.value,
            unit=request.unit,
            since=request.received_at,
            due=clock.due if clock is not None else None,
            is_near=clock is not None and clock.state(session.at) is AnswerClockState.WARN,
            record=request,
        )


def _find_checks(services: Services, session: ReadSession, limit: int) -> Iterable[WorkItem]:
    found: Listing[RequestSummary] = session.include(services.rights.checking.requests_to_check, limit=limit)
    for request in found.items:
        yield WorkItem(
            reason=R.RIGHTS_TO_CHECK,
            kind=RIGHTS_REQUEST.name,
            id=request.id,
            number=request.number,
            state=request.state.value,
            unit=session.context.district.root,
            since=request.received_at,
            due=request.due,
            record=request,
        )


def _find_leaks(services: Services, session: ReadSession, limit: int) -> Iterable[WorkItem]:
    found: Listing[LeakFinding] = session.include(services.leaks.findings, limit=limit)
    for finding in found.items:
        if may_on(session, P.DELIVERY_DECIDE, finding.unit):
            yield WorkItem(
                reason=R.LEAK_HELD,
                kind=LEAK_FINDING.name,
                id=finding.id,
                number=finding.code,
                state=finding.state.value,
                unit=finding.unit,
                since=finding.found_at,
                emergency=finding.is_urgent,
                record=finding,
            )


def _find_failures(session: ReadSession, limit: int) -> Iterable[WorkItem]:
    lying_there = islice(list_failures(session.context.storage.queues, FailureFilter()), MAX_EXAMINED)
    for failure in islice(iter_visible(session, lying_there), limit):
        yield WorkItem(
            reason=R.DELIVERY_FAILED,
            kind="row",
            id=failure.id,
            title=failure.purpose,
            state=failure.state,
            unit="",
            since=failure.since,
        )
