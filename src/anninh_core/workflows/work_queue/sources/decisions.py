"""Work that waits for a second person: identities, requests about personal data, held messages, delivery failures."""

from collections.abc import Iterable
from functools import partial
from itertools import islice
from typing import Any

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
from anninh_core.messaging.failures.listing import DeliveryFailure, FailureFilter, list_failures
from anninh_core.messaging.failures.visibility import iter_visible
from anninh_core.usecase.permissions.visible_pages import MAX_EXAMINED
from anninh_core.usecase.preconditions.steps import is_permitted_on
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.work_queue.items import WorkItem, WorkReason
from anninh_core.workflows.work_queue.work_source import WorkSource

P = Permission
R = WorkReason


def list_decision_sources(services: Services) -> tuple[WorkSource[Any], ...]:
    """Return the sources of waiting decisions."""
    disclosures = partial(_find_disclosures, services)
    openings = partial(_find_openings, services)
    requests = partial(_find_requests, services)
    checks = partial(_find_identity_checks, services)
    leaks = partial(_find_leaks, services)
    return (
        WorkSource(R.IDENTITY_REQUESTED, "identity.disclosures", P.IDENTITY_APPROVE, disclosures, _show_disclosure),
        WorkSource(R.OPENING_UNREVIEWED, "identity.emergency_openings", P.IDENTITY_APPROVE, openings, _show_opening),
        WorkSource(R.RIGHTS_OPEN, "rights.requests", P.RIGHTS_HANDLE, requests, _show_request),
        WorkSource(R.RIGHTS_TO_CHECK, "rights.requests_to_check", P.RIGHTS_CHECK, checks, _show_identity_check),
        WorkSource(R.LEAK_HELD, "leaks.findings", P.DELIVERY_DECIDE, leaks, _show_leak),
        WorkSource(R.DELIVERY_FAILED, "failures.troubles", P.DELIVERY_DECIDE, _find_failures, _show_failure),
    )


def _find_disclosures(services: Services, session: ReadSession, limit: int) -> Iterable[Disclosure]:
    waiting = DisclosureState.REQUESTED
    size = limit + 1
    page: Listing[Disclosure] = session.include(services.identity.disclosures, state=waiting, limit=size)
    return (disclosure for disclosure in page.items if disclosure.requested_by != session.actor.id)


def _show_disclosure(_: ReadSession, reason: WorkReason, disclosure: Disclosure) -> WorkItem:
    return WorkItem(
        reason=reason,
        kind=DISCLOSURE.name,
        id=disclosure.id,
        title=disclosure.purpose,
        state=disclosure.state.value,
        unit=disclosure.unit,
        since=disclosure.requested_at,
        record=disclosure,
    )


def _find_openings(services: Services, session: ReadSession, limit: int) -> Iterable[EmergencyOpening]:
    page: Listing[EmergencyOpening] = session.include(services.emergency_openings.emergency_openings, limit=limit)
    return (opening for opening in page.items if session.actor.id not in (opening.opened_by, opening.marked_by))


def _show_opening(_: ReadSession, reason: WorkReason, opening: EmergencyOpening) -> WorkItem:
    return WorkItem(
        reason=reason,
        kind=EMERGENCY_OPENING.name,
        id=opening.id,
        title=opening.reason,
        state=opening.state.value,
        unit=opening.unit,
        since=opening.opened_at,
        due=opening.due_at,
        record=opening,
    )


def _find_requests(services: Services, session: ReadSession, limit: int) -> Iterable[RightsRequest]:
    page: Listing[RightsRequest] = session.include(services.rights.handling.requests, limit=limit)
    return page.items


def _show_request(session: ReadSession, reason: WorkReason, request: RightsRequest) -> WorkItem:
    clock = read_clock(session.context.district, request)
    return WorkItem(
        reason=reason,
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


def _find_identity_checks(services: Services, session: ReadSession, limit: int) -> Iterable[RequestSummary]:
    page: Listing[RequestSummary] = session.include(services.rights.checking.requests_to_check, limit=limit)
    return page.items


def _show_identity_check(session: ReadSession, reason: WorkReason, request: RequestSummary) -> WorkItem:
    return WorkItem(
        reason=reason,
        kind=RIGHTS_REQUEST.name,
        id=request.id,
        number=request.number,
        state=request.state.value,
        unit=session.context.district.root,
        since=request.received_at,
        due=request.due,
        record=request,
    )


def _find_leaks(services: Services, session: ReadSession, limit: int) -> Iterable[LeakFinding]:
    page: Listing[LeakFinding] = session.include(services.leaks.findings, limit=limit)
    return (finding for finding in page.items if is_permitted_on(session, P.DELIVERY_DECIDE, finding.unit))


def _show_leak(_: ReadSession, reason: WorkReason, finding: LeakFinding) -> WorkItem:
    return WorkItem(
        reason=reason,
        kind=LEAK_FINDING.name,
        id=finding.id,
        number=finding.code,
        state=finding.state.value,
        unit=finding.unit,
        since=finding.found_at,
        emergency=finding.is_urgent,
        record=finding,
    )


def _find_failures(session: ReadSession, limit: int) -> Iterable[DeliveryFailure]:
    failures = islice(list_failures(session.context.storage.queues, FailureFilter()), MAX_EXAMINED)
    return islice(iter_visible(session, failures), limit)


def _show_failure(_: ReadSession, reason: WorkReason, failure: DeliveryFailure) -> WorkItem:
    return WorkItem(
        reason=reason,
        kind="row",
        id=failure.id,
        title=failure.purpose,
        state=failure.state,
        unit="",
        since=failure.since,
    )
