"""The coverage of a legal hold on a case: the case, its texts, the cases merged into it, and their reporters.

It is computed when something is to be destroyed, so that data added to a case after the hold are covered, too.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from anninh_core.domain.retention.kind import LEGAL_HOLD
from anninh_core.domain.retention.model import LegalHold
from anninh_core.domain.retention.policy import RetentionPolicy
from anninh_core.domain.retention.rules import PERSON_SCOPES
from anninh_core.domain.retention.sealed import iter_dependent_records
from anninh_core.kernel.errors import Refused, WrongStep
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.actor import ActorKind
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork

Policies = Mapping[str, RetentionPolicy[Any]]
"""Retention policies of the kinds of case, by name."""

_PAGE = 500


def iter_cases_of_resident(session: ReadSession, policies: Policies, conversation: str) -> Iterator[str]:
    """Yield `kind:id` of the cases of a resident; purged ones can't be read, and are over."""
    for policy in policies.values():
        for model in session.iter_all(policy.kind, "newest", where={policy.resident_column: conversation}):
            yield str(Ref(policy.kind.name, model.id))


def find_covering_scopes(session: ReadSession, policies: Policies, scope: str) -> set[str]:
    """Return the scopes on which a legal hold forbids to destroy the data of `scope`.

    For a case: its scope and those of all cases that it was merged into. For an identity or conversation: the scopes of
    all the person's cases. For a month of a group: the scopes of the cases about messages in it.
    """
    ref = Ref.parse(scope)
    scopes = {scope} | _find_parents(session, policies, ref)
    cases = set(iter_cases_in_scope(session, policies, scope))
    if ref.kind in PERSON_SCOPES:
        cases |= set(iter_cases_of_resident(session, policies, ref.id))
    for case in cases:
        scopes |= {case} | _find_parents(session, policies, Ref.parse(case))
    return scopes


def iter_cases_in_scope(session: ReadSession, policies: Policies, scope: str) -> Iterator[str]:
    """Yield `kind:id` of the cases about records encrypted under a scope, such as posts in a month of a group."""
    for policy in policies.values():
        if policy.words:
            ids = [record.id for record in iter_dependent_records(session.context, policy.words, scope)]
            yield from _iter_cases_with_ids(session, policy, ids)


def iter_cases_about(session: ReadSession, policies: Policies, ids: Sequence[str]) -> Iterator[str]:
    """Yield `kind:id` of the cases about the records with these ids."""
    for policy in policies.values():
        if policy.words:
            yield from _iter_cases_with_ids(session, policy, ids)


def find_covered_scopes(session: ReadSession, policies: Policies, case: Ref) -> set[str]:
    """Return the scopes that a hold on a case covers: those of the case, of cases merged into it, and of their texts
    and reporters.
    """
    scopes: set[str] = set()
    pending_cases = [case]
    while pending_cases:
        current = pending_cases.pop()
        policy = policies[current.kind]
        if str(current) in scopes:
            continue
        scopes.add(str(current))
        if (model := session.get_unpurged(policy.kind, current.id)) is not None:
            resident = policy.kind.resident(model)
            scopes |= {f"{scope}:{resident}" for scope in PERSON_SCOPES if resident}
        scopes |= _find_text_scopes(session, policy, current.id)
        if policy.part_column:
            merged = session.iter_all(policy.kind, "newest", where={policy.part_column: current.id})
            pending_cases += [Ref(current.kind, merged_case.id) for merged_case in merged]
    return scopes


def require_no_hold(uow: UnitOfWork, policies: Policies, scopes: set[str]) -> None:
    """Check that no running hold covers any of the scopes; the commit fails if one begins to meanwhile.

    Raises:
        WrongStep: a running hold covers one of them.
        Refused: the actor released a hold that covered one of them: an officer who releases a hold may not order the
            destruction.
    """
    for scope in sorted(set().union(*(find_covering_scopes(uow, policies, scope) for scope in scopes))):
        for hold in uow.iter_all(LEGAL_HOLD, "due", where={"scope": scope}):
            _require_released(uow, hold)
        uow.guard_absent(LEGAL_HOLD, {"scope": scope, "running": True})


def is_held(session: ReadSession, policies: Policies, scope: str) -> bool:
    """Return whether a running hold covers a scope."""
    return _is_any_held(session, find_covering_scopes(session, policies, scope))


def find_holds(session: ReadSession, policies: Policies, scope: str) -> tuple[LegalHold, ...]:
    """Return the running holds that cover a scope."""
    return tuple(
        hold
        for covering_scope in sorted(find_covering_scopes(session, policies, scope))
        for hold in session.iter_all(LEGAL_HOLD, "due", where={"scope": covering_scope, "running": True})
    )


def guard_against_hold(uow: UnitOfWork, policies: Policies, scope: str) -> bool:
    """Return whether no running hold covers a scope; the commit fails if one begins to meanwhile."""
    scopes = find_covering_scopes(uow, policies, scope)
    if _is_any_held(uow, scopes):
        return False
    for covering_scope in sorted(scopes):
        uow.guard_absent(LEGAL_HOLD, {"scope": covering_scope, "running": True})
    return True


def is_excluded_from(session: ReadSession, policies: Policies, scope: str) -> bool:
    """Return whether a conflict of interest excludes the actor from a case; False for a purged one."""
    ref = Ref.parse(scope)
    return ref.kind in policies and session.is_excluded(policies[ref.kind].kind, ref.id)


def _is_any_held(session: ReadSession, scopes: set[str]) -> bool:
    return any(
        session.find(LEGAL_HOLD, "due", where={"scope": scope, "running": True}, limit=1).items for scope in scopes
    )


def _find_parents(session: ReadSession, policies: Policies, ref: Ref) -> set[str]:
    """Return the scopes of all cases that a case was merged into, directly or indirectly."""
    parents: set[str] = set()
    while (policy := policies.get(ref.kind)) is not None:
        model = session.get_unpurged(policy.kind, ref.id)
        parent = policy.kind.part_of(model) if model is not None else ""
        ref = Ref(ref.kind, parent)
        if not parent or str(ref) in parents:
            break
        parents.add(str(ref))
    return parents


def _iter_cases_with_ids(session: ReadSession, policy: RetentionPolicy[Any], ids: Sequence[str]) -> Iterator[str]:
    """Yield the existing cases of a kind that have one of these ids."""
    kind = policy.kind.name
    records = session.context.storage.records
    for start in range(0, len(ids), _PAGE):
        yield from (str(Ref(kind, id)) for id in records.get_many(kind, ids[start : start + _PAGE]))


def _find_text_scopes(session: ReadSession, policy: RetentionPolicy[Any], id: str) -> set[str]:
    """Return the conversation scopes that encrypt the texts of a case."""
    kinds = {source.kind.name for source in policy.words}
    records = (session.context.storage.records.get(kind, id) for kind in kinds)
    scopes = {record.scope for record in records if record is not None and record.scope}
    return {scope for scope in scopes if any(source.value(Ref.parse(scope)) for source in policy.words)}


def _require_released(uow: UnitOfWork, hold: LegalHold) -> None:
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
