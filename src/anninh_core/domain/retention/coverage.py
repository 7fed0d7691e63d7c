"""What a legal hold on a case covers: the case, its words, what was merged into it, and who reported it.

It is found out when something is to be destroyed, so that what came to a case after the hold is covered too.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from anninh_core.domain.retention.kind import LEGAL_HOLD
from anninh_core.domain.retention.model import LegalHold
from anninh_core.domain.retention.policy import RetentionPolicy
from anninh_core.domain.retention.rules import PERSON_SCOPES
from anninh_core.domain.retention.sealed import iter_beside
from anninh_core.kernel.errors import Refused, WrongStep
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.actor import ActorKind
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork

Policies = Mapping[str, RetentionPolicy[Any]]
"""How the kinds are kept whose cases end, by their names."""

_PAGE = 500


def cases_of_resident(session: ReadSession, policies: Policies, conversation: str) -> Iterator[str]:
    """Yield `kind:id` of the cases that name somebody; those purged already can't be read, and are over."""
    for policy in policies.values():
        for model in session.iter_all(policy.kind, "newest", where={policy.resident_column: conversation}):
            yield str(Ref(policy.kind.name, model.id))


def covering_scopes(session: ReadSession, policies: Policies, scope: str) -> set[str]:
    """Return the scopes a hold on any of which forbids to destroy `scope`.

    Of a case these are itself and all that it was merged into, of somebody's identity or conversation all their cases',
    of talk in a group those of the cases about something in it.
    """
    ref = Ref.parse(scope)
    found = {scope} | _whole_case(session, policies, ref)
    cases = set(cases_in(session, policies, scope))
    if ref.kind in PERSON_SCOPES:
        cases |= set(cases_of_resident(session, policies, ref.id))
    for case in cases:
        found |= {case} | _whole_case(session, policies, Ref.parse(case))
    return found


def cases_in(session: ReadSession, policies: Policies, scope: str) -> Iterator[str]:
    """Yield `kind:id` of the cases about words that a scope seals, such as posts in a month of a group."""
    for policy in policies.values():
        if policy.words:
            ids = [record.id for record in iter_beside(session.context, policy.words, scope)]
            yield from _cases_under(session, policy, ids)


def cases_about(session: ReadSession, policies: Policies, ids: Sequence[str]) -> Iterator[str]:
    """Yield `kind:id` of the cases about the words of some records."""
    for policy in policies.values():
        if policy.words:
            yield from _cases_under(session, policy, ids)


def covered_scopes(session: ReadSession, policies: Policies, case: Ref) -> set[str]:
    """Return what a hold on a case covers: it, what was merged into it, their words, and who reported any of these."""
    found: set[str] = set()
    waiting = [case]
    while waiting:
        current = waiting.pop()
        policy = policies[current.kind]
        if str(current) in found:
            continue
        found.add(str(current))
        if (model := session.get_unpurged(policy.kind, current.id)) is not None:
            resident = policy.kind.resident(model)
            found |= {f"{scope}:{resident}" for scope in PERSON_SCOPES if resident}
        found |= _scopes_of_words(session, policy, current.id)
        if policy.part_column:
            merged = session.iter_all(policy.kind, "newest", where={policy.part_column: current.id})
            waiting += [Ref(current.kind, one.id) for one in merged]
    return found


def require_no_hold(uow: UnitOfWork, policies: Policies, scopes: set[str]) -> None:
    """Check that no running hold covers any of the scopes, or begins to before the commit.

    Raises:
        WrongStep: one does.
        Refused: the actor released one that did: whoever takes a hold away doesn't destroy what it kept.
    """
    for scope in sorted(set().union(*(covering_scopes(uow, policies, scope) for scope in scopes))):
        for hold in uow.iter_all(LEGAL_HOLD, "due", where={"scope": scope}):
            _check_hold(uow, hold)
        uow.guard_absent(LEGAL_HOLD, {"scope": scope, "running": True})


def is_held(session: ReadSession, policies: Policies, scope: str) -> bool:
    """Tell whether a running hold covers a scope."""
    return _is_any_held(session, covering_scopes(session, policies, scope))


def find_holds(session: ReadSession, policies: Policies, scope: str) -> tuple[LegalHold, ...]:
    """Return the running holds that cover a scope."""
    return tuple(
        hold
        for covering in sorted(covering_scopes(session, policies, scope))
        for hold in session.iter_all(LEGAL_HOLD, "due", where={"scope": covering, "running": True})
    )


def guard_unheld(uow: UnitOfWork, policies: Policies, scope: str) -> bool:
    """Tell whether no running hold covers a scope; the commit fails if one begins to meanwhile."""
    covering = covering_scopes(uow, policies, scope)
    if _is_any_held(uow, covering):
        return False
    for one in sorted(covering):
        uow.guard_absent(LEGAL_HOLD, {"scope": one, "running": True})
    return True


def is_excluded_from(session: ReadSession, policies: Policies, scope: str) -> bool:
    """Tell whether a conflict of interest keeps the actor away from a case; of a purged one nobody knows any more."""
    ref = Ref.parse(scope)
    return ref.kind in policies and session.is_excluded(policies[ref.kind].kind, ref.id)


def _is_any_held(session: ReadSession, scopes: set[str]) -> bool:
    return any(
        session.find(LEGAL_HOLD, "due", where={"scope": scope, "running": True}, limit=1).items for scope in scopes
    )


def _whole_case(session: ReadSession, policies: Policies, ref: Ref) -> set[str]:
    """Return all that a case was merged into, one into the other."""
    found: set[str] = set()
    while (policy := policies.get(ref.kind)) is not None:
        model = session.get_unpurged(policy.kind, ref.id)
        parent = policy.kind.part_of(model) if model is not None else ""
        ref = Ref(ref.kind, parent)
        if not parent or str(ref) in found:
            break
        found.add(str(ref))
    return found


def _cases_under(session: ReadSession, policy: RetentionPolicy[Any], ids: Sequence[str]) -> Iterator[str]:
    """Yield the cases of a kind that have one of these ids."""
    kind = policy.kind.name
    records = session.context.storage.records
    for start in range(0, len(ids), _PAGE):
        yield from (str(Ref(kind, id)) for id in records.get_many(kind, ids[start : start + _PAGE]))


def _scopes_of_words(session: ReadSession, policy: RetentionPolicy[Any], id: str) -> set[str]:
    """Return the scopes of talk that seal what a case is about."""
    kinds = {beside.kind.name for beside in policy.words}
    records = (session.context.storage.records.get(kind, id) for kind in kinds)
    scopes = {record.scope for record in records if record is not None and record.scope}
    return {scope for scope in scopes if any(beside.value(Ref.parse(scope)) for beside in policy.words)}


def _check_hold(uow: UnitOfWork, hold: LegalHold) -> None:
    if hold.released_on is None:
        raise WrongStep(
            "Legal hold {hold} on {scope!r} has been in force since {since}: release it first with "
            "{act:retention.release_hold}.",
            hold=hold.id,
            scope=hold.scope,
            since=hold.since,
        )
    if uow.actor.kind is ActorKind.PERSON and hold.released_by == uow.actor.id:
        raise Refused(
            "Officer {officer} released legal hold {hold} on {scope!r}: another officer must order this.",
            officer=uow.actor.id,
            hold=hold.id,
            scope=hold.scope,
        )
